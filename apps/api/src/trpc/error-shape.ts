import { fromDatabaseError } from "@barrage/db";
import { AppError, type ErrorBody, type ErrorCode, errorTable, type InputIssue } from "@barrage/protocol";
import { type TRPC_ERROR_CODE_KEY, TRPCError } from "@trpc/server";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { z } from "zod";

// tRPC derives the HTTP status from its own codes; each status of our table has exactly one of them.
const trpcCodes = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  405: "METHOD_NOT_SUPPORTED",
  409: "CONFLICT",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE",
  422: "UNPROCESSABLE_CONTENT",
  429: "TOO_MANY_REQUESTS",
  500: "INTERNAL_SERVER_ERROR",
  503: "SERVICE_UNAVAILABLE",
} as const satisfies Record<(typeof errorTable)[keyof typeof errorTable]["status"], TRPC_ERROR_CODE_KEY>;

const issueCountMax = 20;

/** The faults of an input, as they may be shown. */
function inputIssues(error: z.core.$ZodError): readonly InputIssue[] {
  return error.issues
    .slice(0, issueCountMax)
    .map(({ path, message }) => ({ path: path.map(String).join("."), message }));
}

/** What tRPC itself may find, in our words; anything else of its own is a fault of ours. */
const foundByTrpc: { readonly [Code in TRPC_ERROR_CODE_KEY]?: ErrorCode } = {
  PARSE_ERROR: "input_invalid",
  BAD_REQUEST: "input_invalid",
  NOT_FOUND: "not_found",
  METHOD_NOT_SUPPORTED: "method_not_allowed",
  UNSUPPORTED_MEDIA_TYPE: "media_type_unsupported",
  PAYLOAD_TOO_LARGE: "body_too_large",
};

function fromTrpcCode(error: TRPCError): AppError {
  return new AppError(foundByTrpc[error.code] ?? "internal", { cause: error });
}

/**
 * Whatever a procedure threw, as one row of the closed table: an AppError stays what it is, input that zod refused is
 * `input_invalid` with its issues, a Postgres that can't be reached is `database_unavailable`, the rest is `internal`.
 */
export function appErrorOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof z.core.$ZodError) return new AppError("internal", { cause: error });
  if (!(error instanceof TRPCError)) {
    const known = fromDatabaseError(error);
    return known instanceof AppError ? known : new AppError("internal", { cause: error });
  }
  // Only tRPC's input step wraps a ZodError as BAD_REQUEST; a ZodError from our own parsing is a fault of ours.
  if (error.cause instanceof z.core.$ZodError && error.code === "BAD_REQUEST") {
    return new AppError("input_invalid", { issues: inputIssues(error.cause), cause: error.cause });
  }
  if (error.cause === undefined || error.cause instanceof TRPCError) return fromTrpcCode(error);
  return error.code === "INTERNAL_SERVER_ERROR" || error.cause instanceof AppError
    ? appErrorOf(error.cause)
    : fromTrpcCode(error);
}

/** The error for tRPC, carrying `error` as its cause and the matching HTTP status. */
export function toTrpcError(error: AppError): TRPCError {
  return new TRPCError({
    code: trpcCodes[errorTable[error.code].status],
    message: error.message,
    cause: error,
  });
}

/** The public body of whatever a procedure threw; what `error.data.barrage` holds. */
export function errorBodyOf(error: unknown): ErrorBody {
  return appErrorOf(error).toBody();
}

/** An error that came up before tRPC had a say, in the shape in which tRPC would have answered it. */
export function trpcErrorEnvelope(error: AppError) {
  const code = trpcCodes[errorTable[error.code].status];
  const data = { code, httpStatus: error.status, barrage: error.toBody() };
  return { error: { message: error.message, code: TRPC_ERROR_CODES_BY_KEY[code], data } };
}
