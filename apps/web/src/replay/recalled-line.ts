import type { MessageView } from "../lib/app-router.ts";
import type { Content, MessageLine } from "../room/chat-line.ts";

/** A message of the history as a line of the chat. */
export function recalledLine(message: MessageView): MessageLine {
  const { id, at, by, deleted } = message;
  return {
    kind: "message",
    key: id,
    id,
    at,
    by,
    content: contentOf(message),
    delivery: { state: "sent" },
    deleted,
  };
}

/** A deleted message has no text left; its line does not show any. */
function contentOf({ type, text, color, mode, gift, count }: MessageView): Content {
  switch (type) {
    case "danmaku.sent":
      return { kind: "danmaku", text: text ?? "", color: color ?? "#ffffff", mode: mode ?? "scroll" };
    case "super.sent":
      return { kind: "super", text: text ?? "" };
    case "gift.sent":
      return { kind: "gift", gift: gift ?? "flower", count: count ?? 1 };
  }
}
