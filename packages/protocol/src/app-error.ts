import { type ErrorBody, type ErrorCode, errorTable, type InputIssue } from "./error-table.ts";

interface AppErrorOptions {
  /** What happened inside; for logs alone, never part of an answer. */
  readonly cause?: unknown;
  /** How long the caller should wait before trying again, in milliseconds. */
  readonly retryAfterMs?: number;
  /** What is wrong with the input, field by field; safe to show. */
  readonly issues?: readonly InputIssue[];
}

/**
 * An expected failure. Everything public about it comes from {@link errorTable}; internal detail travels in `cause`
 * and goes to logs only.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly issues: readonly InputIssue[] | undefined;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(errorTable[code].message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterMs =
      options.retryAfterMs === undefined ? undefined : Math.max(0, Math.ceil(options.retryAfterMs));
    this.issues = options.issues;
  }

  /** The HTTP status that belongs to the code. */
  get status(): number {
    return errorTable[this.code].status;
  }

  /** The public body of an answer. */
  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
      ...(this.issues === undefined ? {} : { issues: [...this.issues] }),
    };
  }
}

/** The error as an {@link AppError}: unchanged when it is one, else `internal` with the original as its cause. */
export function toAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError("internal", { cause: error });
}
