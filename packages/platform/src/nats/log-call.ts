import { AppError } from "@barrage/protocol";
import { NatsError } from "nats";
import type { NatsLink } from "./connect-nats.ts";

/** How long a caller should wait after `log_unavailable`. */
export const logRetryAfterMs = 1_000;

/** What the rest of Barrage sees when NATS fails: AppError stays, all else becomes `log_unavailable`. */
export function toLogError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError("log_unavailable", { cause: error, retryAfterMs: logRetryAfterMs });
}

/**
 * One request to NATS. Fails at once while the connection is down: the client would buffer it without bound.
 * @throws AppError `log_unavailable`, or whatever `recover` throws.
 */
export async function logCall<T>(link: NatsLink, call: () => Promise<T>): Promise<T> {
  if (!link.isConnected()) throw toLogError(new Error("NATS is not connected"));
  try {
    return await call();
  } catch (error) {
    throw toLogError(error);
  }
}

/** True for failures that a retry can't mend, such as a full stream (JetStream error codes of nats-server). */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof NatsError)) return false;
  if (error.code === "MAX_PAYLOAD_EXCEEDED") return true;
  const code = error.api_error?.err_code;
  return code !== undefined && refusalCodes.has(code);
}

const refusalCodes = new Set([
  // JSMaximumMessagesErr and friends: "maximum messages/bytes exceeded", reported under store failure.
  10_077,
  // JSStreamMessageExceedsMaximumErr
  10_054,
  // JSStreamHeaderExceedsMaximumErr
  10_097,
]);
