import type { LotteryFace, LotteryWinner } from "@barrage/protocol";

/** What the room's feed has told about one lottery. */
export interface LotteryNews {
  readonly id: string;
  /** Null when it opened before the feed began: the api knows it. */
  readonly face: LotteryFace | null;
  /** The furthest state seen; null when only counts were. */
  readonly state: "open" | "closed" | "delayed" | "drawn" | "cancelled" | null;
  /** When that state began, by the server's clock. */
  readonly sinceMs: number;
  readonly entries: number | null;
  readonly root: string | null;
  readonly beaconRound: number | null;
  /** The first winners; `more` others are read from the api. */
  readonly winners: readonly LotteryWinner[];
  readonly more: number;
  readonly cancelReason: string | null;
}

/** Everything the room's feed has told about its lotteries. Replaced, never changed. */
export interface LotteryFeed {
  /** The latest few, in the order in which they were first heard of. */
  readonly news: readonly LotteryNews[];
  /** What is to be read out next; `key` tells the same words said twice apart. */
  readonly said: { readonly key: number; readonly text: string } | null;
}

/** Nothing heard yet. */
export const noLotteries: LotteryFeed = { news: [], said: null };
