import { createHash } from "node:crypto";
import { danmakuCodePointsMax, normalizeMessageText, superCodePointsMax } from "@barrage/domain";
import type { DanmakuMode, Gift, RoomEventOf } from "@barrage/protocol";

/** What somebody wants to send, by the procedure they called: the type is never theirs to choose. */
export type MessageDraft =
  | {
      readonly type: "danmaku.sent";
      readonly text: string;
      readonly color: string;
      readonly mode: DanmakuMode;
    }
  | { readonly type: "super.sent"; readonly text: string }
  | { readonly type: "gift.sent"; readonly gift: Gift; readonly count: number };

/** An event that is a message. */
export type MessageEvent = RoomEventOf<MessageDraft["type"]>;

/** The text of a draft, as it is written. */
export function textOf(draft: MessageDraft): string | null {
  return draft.type === "gift.sent" ? null : draft.text;
}

/** A draft with its text as it is stored. @throws AppError `text_invalid` */
export function normalizeDraft(draft: MessageDraft): MessageDraft {
  if (draft.type === "gift.sent") return draft;
  const codePointsMax = draft.type === "danmaku.sent" ? danmakuCodePointsMax : superCodePointsMax;
  return { ...draft, text: normalizeMessageText(draft.text, { codePointsMax }) };
}

/** A digest of what a draft says: under one key, only the same may be sent again. */
export function draftDigest(draft: MessageDraft): string {
  return createHash("sha256")
    .update(JSON.stringify(contentOf(draft)))
    .digest("base64url");
}

/** Whether a stored message says what a draft (normalised) says. */
export function saysTheSame(event: MessageEvent, draft: MessageDraft): boolean {
  return JSON.stringify(contentOf(draftOf(event))) === JSON.stringify(contentOf(draft));
}

function draftOf(event: MessageEvent): MessageDraft {
  // Three branches that look alike: the compiler ties a type to its data only within one of them.
  switch (event.type) {
    case "danmaku.sent":
      return { ...event.data, type: event.type };
    case "super.sent":
      return { ...event.data, type: event.type };
    case "gift.sent":
      return { ...event.data, type: event.type };
  }
}

/** What counts as content, in one order. */
function contentOf(draft: MessageDraft): readonly (string | number)[] {
  switch (draft.type) {
    case "danmaku.sent":
      return [draft.type, draft.text, draft.color, draft.mode];
    case "super.sent":
      return [draft.type, draft.text];
    case "gift.sent":
      return [draft.type, draft.gift, draft.count];
  }
}
