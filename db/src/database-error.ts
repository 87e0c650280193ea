import { AppError } from "@barrage/protocol";
import { DrizzleQueryError } from "drizzle-orm";
import { z } from "zod";

const driverErrorSchema = z.object({ code: z.string(), constraint_name: z.string().optional() });

function driverError(error: unknown): z.infer<typeof driverErrorSchema> | undefined {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  const parsed = driverErrorSchema.safeParse(cause);
  return parsed.success ? parsed.data : undefined;
}

/** True when `error` says that a row broke the unique constraint or index `constraint`. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  const driver = driverError(error);
  return driver?.code === "23505" && driver.constraint_name === constraint;
}

// SQLSTATE classes: 08 connection, 53 out of resources, 57 operator intervention (shutdown, cancelled by timeout).
const unavailable = /^(08|53|57|CONNECT|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)/;

/** True when Postgres could not be asked, so that the same call may succeed later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = driverError(error)?.code;
  return code !== undefined && (unavailable.test(code) || code === "55P03");
}

/** The error for callers: `database_unavailable` when Postgres could not be asked, else the error as it is. */
export function fromDatabaseError(error: unknown): unknown {
  if (!isDatabaseUnavailable(error)) return error;
  return new AppError("database_unavailable", { cause: error, retryAfterMs: 2_000 });
}

/** True when Postgres refused a value for what it is (SQLSTATE classes 22 and 23): the same call will fail again. */
export function isRefusedData(error: unknown): boolean {
  return /^2[23]/.test(driverError(error)?.code ?? "");
}
