/** How the feed keeps to a picture: at its speed, standing until the picture has come, or twice as fast until it has caught up. */
export type Pace = "steady" | "hold" | "hurry";

/** Nobody sees a danmaku come so much early or late. */
const slackMs = 350;
/** Once it is put right, it is put right well. */
const closeMs = 80;
/** Further apart than this, the two are at different places. */
const apartMs = 6_000;

/** The pace from now on, by how far the feed is ahead of the picture; `jump`: go where the picture is. */
export function nextPace(pace: Pace, aheadMs: number): Pace | "jump" {
  if (Math.abs(aheadMs) > apartMs) return "jump";
  if (aheadMs > slackMs) return "hold";
  if (aheadMs < -slackMs) return "hurry";
  if (pace === "hold") return aheadMs > closeMs ? "hold" : "steady";
  if (pace === "hurry") return aheadMs < -closeMs ? "hurry" : "steady";
  return "steady";
}
