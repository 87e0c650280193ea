import type { FeedItem } from "@barrage/client";
import type { RoomEvent } from "@barrage/protocol";
import { forgetCounts } from "../lottery/reduce-lotteries.ts";
import { applyEvents, applyMerged } from "./apply-event.ts";
import { appendLines, notice } from "./feed-lines.ts";
import { moved, placed, recalled } from "./move-feed.ts";
import { accepted, discarded, drafted, refused, sending } from "./own-message.ts";
import type { FeedInput, RoomFeed } from "./room-feed.ts";

/** What the feed becomes by `input`. Pure; `flights` holds only what this input brought. */
export function reduceRoomFeed(feed: RoomFeed, input: FeedInput): RoomFeed {
  const still = feed.flights.length === 0 ? feed : { ...feed, flights: [] };
  switch (input.type) {
    case "items":
      return applyItems(still, input.items, input.nowMs);
    case "drafted":
      return drafted(still, input.draft, input.nowMs);
    case "sending":
      return sending(still, input.key);
    case "accepted":
      return accepted(still, input);
    case "refused":
      return refused(still, input);
    case "discarded":
      return discarded(still, input.key);
    case "moved":
      return moved(still);
    case "placed":
      return placed(still, input.moment);
    case "recalled":
      return recalled(still, input.lines);
  }
}

function applyItems(feed: RoomFeed, items: readonly FeedItem[], nowMs: number): RoomFeed {
  let next = feed;
  let events: RoomEvent[] = [];
  let last: RoomEvent | undefined;
  for (const item of items) {
    if (item.kind === "event") {
      events.push(item.event);
      last = item.event;
      continue;
    }
    if (events.length > 0) next = applyEvents(next, events);
    events = [];
    // The count comes right behind its event.
    next = item.kind === "merged" ? applyMerged(next, last, item.count) : applyItem(next, item, nowMs);
  }
  return events.length > 0 ? applyEvents(next, events) : next;
}

function applyItem(
  feed: RoomFeed,
  item: Exclude<FeedItem, { kind: "event" | "merged" }>,
  nowMs: number,
): RoomFeed {
  switch (item.kind) {
    case "state":
      return {
        ...feed,
        connection: { phase: item.phase, reason: item.reason ?? null, retryAtMs: item.retryAtMs ?? null },
      };
    case "skipped":
      // What every viewer is spared is no news for one of them: it is counted, and not told line by line.
      if (item.reason === "limit") return { ...feed, skipped: feed.skipped + item.count };
      return appendLines({ ...feed, skipped: feed.skipped + item.count }, [
        notice(feed, nowMs, {
          tone: "warn",
          text: `${item.count} ${item.count === 1 ? "message was" : "messages were"} skipped: they came faster than this connection could carry them.`,
        }),
      ]);
    case "reset":
      // What was said stays on the screen; what was derived from it is asked for again.
      return appendLines(
        {
          ...feed,
          face: null,
          sitting: null,
          viewers: null,
          lotteries: forgetCounts(feed.lotteries),
          sanction: {},
          resets: feed.resets + 1,
        },
        [
          notice(feed, nowMs, {
            tone: "warn",
            text: "You were away for long: some messages in between are missing here.",
          }),
        ],
      );
    case "unknown":
      return feed;
  }
}
