import { AppError, errorTable, toAppError } from "@barrage/protocol";

interface RetryOptions {
  readonly random: () => number;
}

const retryMsMin = 1_000;
const retryMsSpread = 4_000;

/**
 * An error as the answer to a request: the public body, its status, and when to come back. Where the thrower did not
 * say, the time is drawn: a crowd that is refused together must not come back together.
 */
export function errorResponse(
  error: unknown,
  headers: Record<string, string>,
  { random }: RetryOptions,
): Response {
  const known = toAppError(error);
  const comesBack = errorTable[known.code].retry === "later";
  const retryAfterMs = known.retryAfterMs ?? (comesBack ? retryMsMin + random() * retryMsSpread : undefined);
  const answer = new AppError(known.code, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(known.issues === undefined ? {} : { issues: known.issues }),
  });
  return Response.json(answer.toBody(), {
    status: answer.status,
    headers: {
      ...headers,
      "cache-control": "no-store",
      ...(answer.retryAfterMs === undefined
        ? {}
        : { "retry-after": String(Math.ceil(answer.retryAfterMs / 1_000)) }),
    },
  });
}
