import {
  type ErrorBody,
  type ErrorCode,
  errorBodySchema,
  errorTable,
  type InputIssue,
} from "@barrage/protocol";
import { formatRoughWait } from "./format.ts";

/** A failure in words for people, and what may be done about it. */
export interface ErrorDescription {
  /** The stable code; `unreachable` when no answer came at all. */
  readonly code: ErrorCode | "unreachable";
  /** One or two sentences, ready to show. */
  readonly text: string;
  /** Whether the same request can succeed later without a change. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly issues: readonly InputIssue[];
}

/** Where the closed table speaks to programs, these speak to people. */
const friendlier: Partial<Record<ErrorCode, string>> = {
  input_invalid: "Please check what you entered.",
  database_unavailable:
    "Accounts and rooms can't be reached right now. Live rooms go on; please try again in a moment.",
  log_unavailable: "The room can't take messages right now. Try again: nothing will be sent twice.",
  internal: "Something went wrong on our side. Please try again.",
  ticket_required: "This room is private: its password is needed.",
  ticket_invalid: "Your ticket for this room has run out. Please try again.",
  csrf_header_missing: "This page is out of date. Please reload it.",
  origin_forbidden:
    "This page's address may not use the Barrage server. Its operator has to allow it (WEB_ORIGINS).",
  key_reused: "This message was already sent with another text. Please write it again.",
  already_live: "You are already live in another room. End that one first.",
};

/**
 * Any failure (tRPC error, error body, network failure, bug) as text. tRPC errors carry the server's
 * {@link ErrorBody} under `data.barrage`; everything without one counts as "no answer".
 */
export function describeError(error: unknown): ErrorDescription {
  const body = errorBodyOf(error);
  if (body === undefined) {
    return {
      code: "unreachable",
      text: "Barrage can't be reached. Check your connection, then try again.",
      retryable: true,
      retryAfterMs: undefined,
      issues: [],
    };
  }
  return {
    code: body.code,
    text: textOf(body),
    retryable: errorTable[body.code].retry === "later",
    retryAfterMs: body.retryAfterMs,
    issues: body.issues ?? [],
  };
}

/** The first complaint about the field `path`, or undefined. */
export function issueOf(error: unknown, path: string): string | undefined {
  return describeError(error).issues.find((issue) => issue.path === path)?.message;
}

function textOf(body: ErrorBody): string {
  const sentence = friendlier[body.code] ?? body.message;
  const issues = (body.issues ?? []).map((issue) =>
    issue.path === "" ? issue.message : `${issue.path}: ${issue.message}`,
  );
  const wait = body.retryAfterMs === undefined ? [] : [`Try again in ${formatRoughWait(body.retryAfterMs)}.`];
  return [sentence, ...issues.slice(0, 3), ...wait].join(" ");
}

function errorBodyOf(error: unknown): ErrorBody | undefined {
  for (const candidate of [fieldOf(fieldOf(error, "data"), "barrage"), error]) {
    const parsed = errorBodySchema.safeParse(candidate);
    if (parsed.success) return parsed.data;
  }
  return undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
