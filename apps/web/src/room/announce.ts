import type { ChatLine } from "./chat-line.ts";
import { giftWords } from "./gifts.ts";
import type { RoomFeed } from "./room-feed.ts";

/** What to read out about the last `fresh` lines; undefined when there is nothing that the viewer does not know. */
export function announce({ lines, me }: Pick<RoomFeed, "lines" | "me">, fresh: number): string | undefined {
  if (fresh <= 0) return undefined;
  const heard = lines
    .slice(-fresh)
    .filter((line) => line.kind === "notice" || (line.by.id !== me?.id && !line.deleted));
  const last = heard.at(-1);
  if (last === undefined) return undefined;
  if (heard.length <= 2) return heard.map(sentenceOf).join(" ");
  return `${heard.length} new messages. The last one: ${sentenceOf(last)}`;
}

function sentenceOf(line: ChatLine): string {
  if (line.kind === "notice") return line.text;
  const { by, content } = line;
  switch (content.kind) {
    case "danmaku":
      return `${by.name}: ${content.text}.`;
    case "super":
      return `Super message from ${by.name}: ${content.text}.`;
    case "gift":
      return `${by.name} sent ${giftWords(content.gift, content.count)}.`;
  }
}
