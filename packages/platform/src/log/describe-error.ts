/** An error as it is logged. */
interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string;
  readonly cause?: unknown;
}

const causesMax = 5;
// Drizzle writes a query's parameters into the message: password hashes, what users typed.
const queryParameters = /\nparams: [^]*$/;

/**
 * An error and its causes, reduced to what is safe and of use. Other properties are left out: libraries hang queries,
 * requests and their headers on errors.
 */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const message = error.message.replace(queryParameters, "");
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  const described: LoggedError = {
    type: error.name,
    message,
    ...("code" in error ? { code: error.code } : {}),
    ...(frames.length > 0 ? { stack: frames.map((frame) => frame.trim()).join("\n") } : {}),
    ...(error.cause === undefined || depth >= causesMax
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
  return described;
}
