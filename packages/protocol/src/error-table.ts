import { z } from "zod";

interface ErrorRow {
  /** The HTTP status of the answer. */
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503;
  /** Whether the same request can succeed later without a change by the caller. */
  readonly retry: "never" | "later";
  /** Text for people. It never holds anything of the request or of the server's inside. */
  readonly message: string;
}

/** The closed table of everything that can be answered instead of a result. Codes are stable; texts may change. */
export const errorTable = {
  input_invalid: { status: 400, retry: "never", message: "The request is not valid." },
  cursor_malformed: { status: 400, retry: "never", message: "The cursor is not one that this server wrote." },
  too_many_rooms: {
    status: 400,
    retry: "never",
    message: "One connection can't follow so many rooms: open another one.",
  },
  text_invalid: {
    status: 400,
    retry: "never",
    message: "The text is empty, too long or has characters that are not allowed.",
  },
  unauthenticated: { status: 401, retry: "never", message: "Please log in first." },
  credentials_invalid: { status: 401, retry: "never", message: "The name or the password is wrong." },
  ticket_required: { status: 401, retry: "never", message: "This room is private: a ticket is needed." },
  ticket_invalid: {
    status: 403,
    retry: "never",
    message: "The ticket is used up, expired or for another room.",
  },
  origin_forbidden: { status: 403, retry: "never", message: "Requests from this site are not allowed." },
  csrf_header_missing: { status: 403, retry: "never", message: "The x-barrage-client header is missing." },
  forbidden: { status: 403, retry: "never", message: "You may not do this." },
  account_suspended: { status: 403, retry: "later", message: "This account is suspended." },
  administrator_required: { status: 403, retry: "never", message: "Only administrators may do this." },
  feature_disabled: {
    status: 403,
    retry: "later",
    message: "The operator has switched this off for now.",
  },
  room_password_wrong: { status: 403, retry: "never", message: "The room's password is wrong." },
  user_muted: { status: 403, retry: "later", message: "You are muted in this room." },
  user_banned: { status: 403, retry: "never", message: "You are banned from this room." },
  followers_only: { status: 403, retry: "never", message: "Only followers of the host may write here." },
  lottery_host_excluded: {
    status: 403,
    retry: "never",
    message: "The host and the moderators never enter a lottery of their room.",
  },
  lottery_follow_required: {
    status: 403,
    retry: "never",
    message: "Follow the host first: this lottery is for followers.",
  },
  lottery_account_too_young: {
    status: 403,
    retry: "never",
    message: "Your account is too young for this lottery.",
  },
  lottery_watch_required: {
    status: 403,
    retry: "later",
    message: "Watch a little longer first: this lottery is for those who watch.",
  },
  lottery_phrase_required: {
    status: 403,
    retry: "never",
    message: "Enter by sending the lottery's phrase as a danmaku.",
  },
  lottery_won_recently: {
    status: 403,
    retry: "never",
    message: "You won in this room a short while ago: this lottery is for the others.",
  },
  not_found: { status: 404, retry: "never", message: "There is nothing at this address." },
  room_not_found: { status: 404, retry: "never", message: "There is no such room." },
  user_not_found: { status: 404, retry: "never", message: "There is no such user." },
  message_not_found: { status: 404, retry: "never", message: "There is no such message." },
  session_not_found: { status: 404, retry: "never", message: "There is no such session." },
  setting_unknown: { status: 404, retry: "never", message: "There is no such setting." },
  setting_revision_unknown: {
    status: 404,
    retry: "never",
    message: "The setting's history does not hold this revision.",
  },
  lottery_not_found: { status: 404, retry: "never", message: "There is no such lottery." },
  recording_not_found: { status: 404, retry: "never", message: "There is no such recording." },
  upload_not_found: { status: 404, retry: "never", message: "There is no such upload any more." },
  lottery_not_entered: { status: 404, retry: "never", message: "You have no entry in this lottery." },
  method_not_allowed: {
    status: 405,
    retry: "never",
    message: "This address does not answer to this method.",
  },
  name_taken: { status: 409, retry: "never", message: "This name is taken." },
  already_live: { status: 409, retry: "never", message: "You are already live in another room." },
  room_live: { status: 409, retry: "never", message: "The room is live: end it first." },
  room_not_live: { status: 409, retry: "never", message: "The room is not live." },
  key_reused: { status: 409, retry: "never", message: "This idempotency key was used for something else." },
  lottery_not_open: { status: 409, retry: "later", message: "This lottery has not opened yet." },
  lottery_closed: { status: 409, retry: "never", message: "This lottery is closed." },
  lottery_cancelled: { status: 409, retry: "never", message: "This lottery was cancelled." },
  lottery_drawn: { status: 409, retry: "never", message: "This lottery has been drawn." },
  lottery_not_closed: {
    status: 409,
    retry: "later",
    message: "This lottery is still open: there is no proof before the close.",
  },
  lottery_not_drawn: { status: 409, retry: "later", message: "This lottery has not been drawn." },
  lottery_locked: {
    status: 409,
    retry: "never",
    message: "Somebody has entered: nothing can be changed any more.",
  },
  recording_not_uploading: {
    status: 409,
    retry: "never",
    message: "This recording is not being uploaded any more.",
  },
  recording_incomplete: {
    status: 409,
    retry: "never",
    message: "The recording has not been uploaded whole.",
  },
  recording_not_ready: { status: 409, retry: "later", message: "This recording can't be played yet." },
  upload_incomplete: { status: 409, retry: "later", message: "The file has not arrived yet." },
  setting_conflict: {
    status: 409,
    retry: "never",
    message: "Somebody else changed this setting meanwhile.",
  },
  limit_reached: { status: 409, retry: "never", message: "There are too many of these already." },
  recording_too_large: { status: 413, retry: "never", message: "A recording has at most 20 GB." },
  body_too_large: { status: 413, retry: "never", message: "The request is too large." },
  media_type_unsupported: {
    status: 415,
    retry: "never",
    message: "This content type is not understood here.",
  },
  word_blocked: { status: 422, retry: "never", message: "The text has a word that is blocked in this room." },
  rate_limited: { status: 429, retry: "later", message: "Too fast: please wait a moment." },
  slow_mode: { status: 429, retry: "later", message: "Slow mode is on: please wait for your turn." },
  internal: { status: 500, retry: "later", message: "Something went wrong on our side." },
  log_unavailable: {
    status: 503,
    retry: "later",
    message: "Messages can't be accepted right now: try again with the same key.",
  },
  settings_unavailable: {
    status: 503,
    retry: "later",
    message: "Settings can't be read or changed right now: the last known ones hold.",
  },
  replay_unavailable: {
    status: 503,
    retry: "later",
    message: "Replays can't be read right now: try again soon.",
  },
  storage_unavailable: {
    status: 503,
    retry: "later",
    message: "Covers and recordings can't be reached right now: try again soon.",
  },
  database_unavailable: {
    status: 503,
    retry: "later",
    message: "Accounts and rooms can't be reached right now: try again soon.",
  },
  connections_exhausted: {
    status: 503,
    retry: "later",
    message: "This server has no room for another connection.",
  },
  draining: { status: 503, retry: "later", message: "This server is shutting down: connect again." },
} as const satisfies Record<string, ErrorRow>;

/** A stable code from {@link errorTable}. */
export type ErrorCode = keyof typeof errorTable;

/** Every code there is. */
export const errorCodes: readonly ErrorCode[] = Object.keys(errorTable).filter(isErrorCode);

/** True when `value` is a code from the table. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(errorTable, value);
}

/** One fault in the caller's input, safe to show. */
export const inputIssueSchema = z.object({ path: z.string(), message: z.string() });

/** One fault in the caller's input, safe to show. */
export type InputIssue = z.infer<typeof inputIssueSchema>;

/** The body of every error answer, over HTTP and (under `data.barrage`) over tRPC. */
export const errorBodySchema = z.object({
  code: z.custom<ErrorCode>(isErrorCode, "not a known error code"),
  message: z.string(),
  /** How long to wait before trying again, in milliseconds. */
  retryAfterMs: z.int().nonnegative().optional(),
  issues: z.array(inputIssueSchema).optional(),
});

/** The body of every error answer. */
export type ErrorBody = z.infer<typeof errorBodySchema>;
