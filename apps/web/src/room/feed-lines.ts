import type { ChatLine, MessageLine, NoticeLine } from "./chat-line.ts";
import type { RoomFeed } from "./room-feed.ts";

/** How many lines are kept. At 200 messages a second nobody reads further back; history is the api's. */
export const linesMax = 500;

/** The feed with `lines` at its end and its oldest ones dropped. */
export function appendLines(feed: RoomFeed, lines: readonly ChatLine[]): RoomFeed {
  if (lines.length === 0) return feed;
  const all = [...feed.lines, ...lines];
  return {
    ...feed,
    lines: all.length > linesMax ? all.slice(-linesMax) : all,
    added: feed.added + lines.length,
  };
}

/** The feed with the message line `key` replaced, or dropped when `change` gives null. */
export function changeLine(
  feed: RoomFeed,
  key: string,
  change: (line: MessageLine) => MessageLine | null,
): RoomFeed {
  const index = feed.lines.findLastIndex((line) => line.key === key);
  const line = feed.lines[index];
  if (line?.kind !== "message") return feed;
  const changed = change(line);
  const lines = changed === null ? feed.lines.toSpliced(index, 1) : feed.lines.with(index, changed);
  return { ...feed, lines };
}

/** A notice that comes after everything the feed has so far; `offset` tells several of one step apart. */
export function notice(
  feed: RoomFeed,
  at: number,
  { offset = 0, ...words }: Pick<NoticeLine, "tone" | "text"> & { readonly offset?: number },
): NoticeLine {
  return { kind: "notice", key: `notice-${feed.added + offset}`, at, ...words };
}
