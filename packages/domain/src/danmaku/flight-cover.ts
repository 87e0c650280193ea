/** Where text flies, and how fast. */
export interface Sky {
  readonly widthPx: number;
  /** Whole rows. */
  readonly heightPx: number;
  readonly rowPx: number;
  /** From entering at the right until it has left at the left: the same for all, so that long text is faster. */
  readonly travelMs: number;
  /** Between two texts of a row. */
  readonly gapPx: number;
}

/** A text that crosses the picture, or stands in its middle for as long. */
export interface Flight {
  readonly mode: "scroll" | "top" | "bottom";
  readonly widthPx: number;
  readonly heightPx: number;
  readonly startAtMs: number;
}

interface Moment {
  readonly sky: Sky;
  readonly nowMs: number;
}

/** How much of each other two texts in one row hide at worst, in px, from now until one of them is gone; 0: nothing. */
export function coverPxOf(one: Flight, other: Flight, moment: Moment): number {
  if (one.mode === "scroll" && other.mode === "scroll") {
    return one.startAtMs <= other.startAtMs
      ? scrollCoverPx(one, other, moment)
      : scrollCoverPx(other, one, moment);
  }
  const [from, to] = sharedMs(one, other, moment);
  if (from >= to) return 0;
  return Math.min(one.widthPx, other.widthPx);
}

/** The gap between two that move evenly is smallest at the beginning or at the end. */
function scrollCoverPx(ahead: Flight, behind: Flight, { sky, nowMs }: Moment): number {
  const fromMs = Math.max(nowMs, behind.startAtMs);
  const toMs = ahead.startAtMs + sky.travelMs;
  if (fromMs >= toMs) return 0;
  const missingPx = (atMs: number) =>
    sky.gapPx + leftPxAt(ahead, sky, atMs) + ahead.widthPx - leftPxAt(behind, sky, atMs);
  return Math.max(0, missingPx(fromMs), missingPx(toMs));
}

/** When both are where text stands. */
function sharedMs(one: Flight, other: Flight, { sky, nowMs }: Moment): readonly [number, number] {
  const standing = one.mode === "scroll" ? other : one;
  const [oneFrom, oneTo] = middleMs(one, standing, sky);
  const [otherFrom, otherTo] = middleMs(other, standing, sky);
  return [Math.max(nowMs, oneFrom, otherFrom), Math.min(oneTo, otherTo)];
}

/** From when until when a text is within the width of one that stands in the middle. */
function middleMs(flight: Flight, standing: Flight, sky: Sky): readonly [number, number] {
  const { startAtMs, widthPx } = flight;
  if (flight.mode !== "scroll") return [startAtMs, startAtMs + sky.travelMs];
  const marginPx = Math.max(0, (sky.widthPx - standing.widthPx) / 2 - sky.gapPx);
  const msPerPx = sky.travelMs / (sky.widthPx + widthPx);
  return [startAtMs + marginPx * msPerPx, startAtMs + sky.travelMs - marginPx * msPerPx];
}

function leftPxAt({ startAtMs, widthPx }: Flight, sky: Sky, atMs: number): number {
  return sky.widthPx - ((sky.widthPx + widthPx) * (atMs - startAtMs)) / sky.travelMs;
}
