/** The moment at a share of the way along a session: below its beginning is its beginning, beyond its end its end. */
export function momentAt(share: number, durationMs: number): number {
  return clampMoment(share * durationMs, durationMs);
}

/** How far along a session a moment is, 0–1. */
export function shareOf(offsetMs: number, durationMs: number): number {
  return durationMs <= 0 ? 0 : Math.min(1, Math.max(0, offsetMs / durationMs));
}

/** The nearest moment that is in the session. */
export function clampMoment(offsetMs: number, durationMs: number): number {
  return Math.round(Math.min(Math.max(0, durationMs), Math.max(0, offsetMs)));
}

interface Placed {
  readonly offsetMs: number;
}

/** A jump goes here: what led to the mark is seen, too. */
const leadMs = 2_000;

/** Where a jump to a mark goes: a little before it. */
export function jumpTarget({ offsetMs }: Placed): number {
  return Math.max(0, offsetMs - leadMs);
}

/** The next mark whose jump leads forward from a moment; undefined behind the last one. Marks are in order. */
export function nextMark<Mark extends Placed>(marks: readonly Mark[], positionMs: number): Mark | undefined {
  // Who has just jumped to a mark is not led to the same one again.
  return marks.find((mark) => jumpTarget(mark) > positionMs + 500);
}

/** The mark nearest to a moment, if one is within `reachMs` of it. */
export function markNear<Mark extends Placed>(
  marks: readonly Mark[],
  offsetMs: number,
  reachMs: number,
): Mark | undefined {
  const away = (mark: Mark) => Math.abs(mark.offsetMs - offsetMs);
  const [nearest] = marks
    .filter((mark) => away(mark) <= reachMs)
    .toSorted((one, two) => away(one) - away(two));
  return nearest;
}

/** How fast a replay may run. */
export const speeds = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 8, 16] as const;

/** The next speed up or down; the same at either end. */
export function nextSpeed(speed: number, direction: 1 | -1): number {
  const faster = speeds.find((one) => one > speed);
  const slower = speeds.findLast((one) => one < speed);
  return (direction === 1 ? faster : slower) ?? speed;
}
