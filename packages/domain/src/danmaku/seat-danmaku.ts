import { coverPxOf, type Flight, type Sky } from "./flight-cover.ts";

/** A text that is in the picture. */
export interface SeatedFlight extends Flight {
  readonly topPx: number;
}

/** A text that wants into the picture. */
export interface NewFlight extends Flight {
  /** The viewer's own words fly in any case. */
  readonly isOwn: boolean;
  /** The row it would like best is the one nearest to here; the first of its side when left out. */
  readonly nearPx?: number;
}

/** What is in the picture now. */
export interface SkyNow {
  readonly sky: Sky;
  readonly aloft: readonly SeatedFlight[];
  readonly nowMs: number;
}

/**
 * Where a text may fly: in a row in which it covers no other and no other covers it, from now until it has left.
 *
 * Text that stands at the top or at the bottom may lie over text that crosses when there is no such row: in a rush there
 * never is one. It never covers text that stands, and a crowd's leaves half of the rows to what crosses. When there is
 * no row, a text of the crowd stays out (null) and the viewer's own goes where it covers least.
 *
 * @returns the top of the row
 */
export function seatDanmaku(flight: NewFlight, now: SkyNow): number | null {
  const isFixed = flight.mode !== "scroll";
  const standing = now.aloft.filter(({ mode }) => mode !== "scroll");
  if (isFixed && !flight.isOwn && standing.length >= standingMax(now.sky)) return null;
  const best = bestRow(flight, now);
  if (best.coverPx === 0) return best.topPx;
  if (isFixed) {
    const overText = bestRow(flight, { ...now, aloft: standing });
    if (overText.coverPx === 0) return overText.topPx;
  }
  return flight.isOwn ? best.topPx : null;
}

/** A picture whose measures have changed. */
export interface SkyChange {
  readonly before: Sky;
  readonly sky: Sky;
  readonly nowMs: number;
}

/**
 * Where texts that fly already go when the picture's measures change: each into the row that is nearest to its own and
 * free, by the rule for a new one; null: it must go.
 */
export function reseatDanmaku(
  flights: readonly (SeatedFlight & { readonly isOwn: boolean })[],
  change: SkyChange,
): readonly (number | null)[] {
  const { sky, nowMs } = change;
  const aloft: SeatedFlight[] = [];
  const tops = new Map<SeatedFlight, number>();
  // The viewer's own first: they stay in any case, so the others make room.
  for (const flight of flights.toSorted((one, other) => Number(other.isOwn) - Number(one.isOwn))) {
    const topPx = seatDanmaku({ ...flight, nearPx: sameRowPx(flight, change) }, { sky, aloft, nowMs });
    if (topPx === null) continue;
    tops.set(flight, topPx);
    aloft.push({ ...flight, topPx });
  }
  return flights.map((flight) => tops.get(flight) ?? null);
}

/** The row that is now as far from its side as a flight's row was. */
function sameRowPx({ mode, topPx }: SeatedFlight, { before, sky }: SkyChange): number {
  if (mode !== "bottom") return (topPx / before.rowPx) * sky.rowPx;
  return sky.heightPx - ((before.heightPx - topPx) / before.rowPx) * sky.rowPx;
}

function standingMax({ heightPx, rowPx }: Sky): number {
  return Math.max(1, Math.floor(heightPx / rowPx / 2));
}

/** The first row, in the order of the flight's wishes, in which least is covered. */
function bestRow(flight: NewFlight, now: SkyNow): { readonly topPx: number; readonly coverPx: number } {
  let best = { topPx: 0, coverPx: Number.POSITIVE_INFINITY };
  for (const topPx of topsFor(flight, now.sky)) {
    const coverPx = coverPxAt(topPx, flight, now);
    if (coverPx < best.coverPx) best = { topPx, coverPx };
    if (coverPx === 0) break;
  }
  return best;
}

function topsFor({ mode, heightPx, nearPx }: NewFlight, sky: Sky): readonly number[] {
  const rows = Math.max(1, Math.floor((sky.heightPx - heightPx) / sky.rowPx) + 1);
  const tops = Array.from({ length: rows }, (_, row) => row * sky.rowPx);
  const wishPx = nearPx ?? (mode === "bottom" ? sky.heightPx : 0);
  return tops.toSorted((one, other) => Math.abs(one - wishPx) - Math.abs(other - wishPx));
}

function coverPxAt(topPx: number, flight: NewFlight, { sky, aloft, nowMs }: SkyNow): number {
  return aloft
    .filter((other) => other.topPx < topPx + flight.heightPx && topPx < other.topPx + other.heightPx)
    .reduce((sum, other) => sum + coverPxOf(flight, other, { sky, nowMs }), 0);
}
