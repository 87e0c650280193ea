import type { RoomMoment } from "@barrage/protocol";
import { type LotteryNews, noLotteries } from "../lottery/lottery-feed.ts";
import type { MessageLine } from "./chat-line.ts";
import { linesMax } from "./feed-lines.ts";
import type { RoomFeed } from "./room-feed.ts";

/** The feed of a replay that has gone to another moment: nothing of before it holds. */
export function moved(feed: RoomFeed): RoomFeed {
  return { ...feed, lines: [], flights: [], pinned: null, viewers: null, lotteries: noLotteries, skipped: 0 };
}

/** The feed with the room as it was at the moment where a replay begins. */
export function placed(feed: RoomFeed, { viewers, lotteries, pinned }: RoomMoment): RoomFeed {
  const news = lotteries.map(
    ({ lottery, entries }): LotteryNews => ({
      id: lottery.id,
      face: lottery,
      state: "open",
      sinceMs: lottery.opensAtMs,
      entries,
      root: null,
      beaconRound: null,
      winners: [],
      more: 0,
      cancelReason: null,
    }),
  );
  const kept = feed.pinned ?? pinnedLine(pinned);
  return { ...feed, viewers, pinned: kept, lotteries: { ...feed.lotteries, news } };
}

function pinnedLine(pinned: RoomMoment["pinned"]): MessageLine | null {
  if (pinned?.by === undefined) return null;
  const { id, at, by, text } = pinned;
  const content = { kind: "super", text } as const;
  return { kind: "message", key: id, id, at, by, content, delivery: { state: "sent" }, deleted: false };
}

/** The feed with what was said before its first line. What it has already is not taken twice. */
export function recalled(feed: RoomFeed, lines: readonly MessageLine[]): RoomFeed {
  const known = new Set(feed.lines.map(({ key }) => key));
  const earlier = lines.filter(({ key }) => !known.has(key));
  return { ...feed, lines: [...earlier, ...feed.lines].slice(-linesMax) };
}
