import type { ChatLine } from "./chat-line.ts";
import type { RoomFeed } from "./room-feed.ts";

/**
 * Lines that a reader looks at who scrolled up: they stand still but for what may not wait. Deleted ones are struck,
 * and the viewer's own that had not gone through stand as they do now, or are gone when they were discarded.
 */
export function frozenLines(
  frozen: readonly ChatLine[],
  { lines, deletedIds }: Pick<RoomFeed, "lines" | "deletedIds">,
): readonly ChatLine[] {
  const own = frozen.some(isUnsent) ? new Map(lines.map((line) => [line.key, line])) : undefined;
  const deleted = new Set(deletedIds);
  if (own === undefined && deleted.size === 0) return frozen;
  return frozen.flatMap((line) => {
    const now = own !== undefined && isUnsent(line) ? own.get(line.key) : line;
    if (now === undefined) return [];
    const isStruck = now.kind === "message" && now.id !== null && deleted.has(now.id);
    return isStruck ? { ...now, deleted: true } : now;
  });
}

const isUnsent = (line: ChatLine) => line.kind === "message" && line.delivery.state !== "sent";
