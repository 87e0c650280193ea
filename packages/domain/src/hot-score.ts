/** What the hot ranking knows of a live room. */
export interface HotFacts {
  readonly viewers: number;
  readonly danmakuPerMinute: number;
  /** Since the session began. */
  readonly liveMs: number;
}

const hourMs = 3_600_000;
/** After so long live, a room needs twice the viewers for the same place. */
const halvingHours = 6;
const talkPerDanmaku = 2;
const scale = 100;
const scoreMax = 2_147_483_647;

/**
 * A live room's place among the hot ones; the higher, the further up. A room is as hot as it has viewers; talk makes
 * it hotter, up to double, so that a few who write a lot never outrank a crowd; and it cools down with the hours, so
 * that what has just begun is seen. Whole, at least 1 (a room that is not live has 0), and fits 32 bits.
 */
export function hotScore({ viewers, danmakuPerMinute, liveMs }: HotFacts): number {
  const talk = Math.min(viewers, danmakuPerMinute * talkPerDanmaku);
  const age = Math.max(0, liveMs) / hourMs / halvingHours;
  return Math.min(scoreMax, 1 + Math.round((scale * (viewers + talk)) / (1 + age)));
}
