import { type ErrorCode, errorTable } from "@barrage/protocol";

/** What a caller does about a code, where there is more to say than the table's own words. */
const advice: { readonly [Code in ErrorCode]?: string } = {
  input_invalid: "Mend the fields named in `issues`.",
  cursor_malformed: "Take cursors as they come from answers and events; begin without one.",
  too_many_rooms: "Open another connection for the other rooms, or unsubscribe from one first.",
  text_invalid: "Change the text: 1 to 100 characters (200 for super messages), no control characters.",
  unauthenticated: "Log in, and send the token or the cookie.",
  credentials_invalid: "Ask for name and password again.",
  ticket_required: "Get a ticket (`rooms.ticket`) and connect with it.",
  ticket_invalid: "Get a new ticket for this room: each is for one connection within 30 seconds.",
  origin_forbidden: "Add the page's origin to `WEB_ORIGINS`, if it is yours.",
  csrf_header_missing: "Send the header `x-barrage-client` with any value.",
  account_suspended:
    "Ask whoever runs the platform: an administrator can lift it. `retryAfterMs` says when it ends by itself, if it does.",
  administrator_required: "Ask the operator: `bun run admin:grant NAME` makes an administrator.",
  room_password_wrong: "Ask for the room's password.",
  user_muted: "Wait until the mute ends; `retryAfterMs` says when, if it does.",
  followers_only: "Follow the host.",
  feature_disabled: "Try again later; an administrator can switch it on (`features.*` of the settings).",
  setting_unknown: "`bun run config list` or `ops.config.list` names every setting.",
  setting_revision_unknown: "Look into the setting's history: it holds the last 64 changes.",
  setting_conflict: "Read the setting again, then decide anew.",
  key_reused: "Make a new key for each message; the same key only for trying the same message again.",
  body_too_large: "Send less: 64 KiB at most.",
  media_type_unsupported: "Send JSON with `content-type: application/json`.",
  method_not_allowed: "Use the method that /openapi.json names.",
  word_blocked: "Change the text.",
  limit_reached: "Remove one first.",
  rate_limited: "Wait `retryAfterMs`, then go on more slowly.",
  slow_mode: "Wait `retryAfterMs`: one message per user and interval.",
  internal: "Try again later; tell the operator the answer's `x-request-id`.",
  log_unavailable: "Try again with the same key: it is stored once, whatever happened the first time.",
  connections_exhausted: "Connect again after `retryAfterMs`; another node may have room.",
  draining: "Connect again with your cursor: another node goes on.",
  upload_not_found: "Begin a new upload; the newest one alone counts.",
  upload_incomplete: "Put the file to the URL that you were given, then say again that it is there.",
  already_live: "End the other room's session first.",
  room_live: "End the session first.",
};

/** What to do about a code. */
export function errorAdvice(code: ErrorCode): string {
  const { retry, status } = errorTable[code];
  if (advice[code] !== undefined) return advice[code];
  if (retry === "later") return "Try again later.";
  if (status === 404) return "Check the id; what it named may have been removed.";
  if (status === 403) return "Nothing, with this log-in.";
  return "Nothing: the same request will not succeed.";
}
