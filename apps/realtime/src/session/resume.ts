import type { RoomLog } from "@barrage/platform";
import type { Cursor, ResetReason } from "@barrage/protocol";

/** Where a viewer wants to begin. */
export interface ResumeRequest {
  /** The last event that it has seen. */
  readonly since: Cursor | undefined;
  /** Without `since`, or when that is void: so many of the newest events first. */
  readonly tail: number;
}

/** Where a viewer begins: behind the event `seq`, told of a reset when that is not where it wanted to. */
export interface StartPoint {
  readonly seq: number;
  /** The room's era in which this holds. */
  readonly era: number;
  readonly reset: ResetReason | undefined;
}

interface ResumeSource {
  readonly epoch: () => string;
  /** Changes whenever positions become void. */
  readonly era: () => number;
  readonly ring: {
    readonly headSeq: number;
    covers(seq: number): boolean;
    tailSeq(count: number): number;
  };
  readonly log: Pick<RoomLog, "bounds">;
  /** Brings the room up to where the log was seen to end. */
  readonly catchUpWithLog: (endSeq: number) => Promise<void>;
  /** Waits for a choice that is still open, up to `seq`; not for long. */
  readonly decided: (seq: number) => Promise<void>;
}

/**
 * Decides where a viewer begins.
 * @throws AppError `log_unavailable` when only the log could tell and it is away.
 */
export async function resolveStart(
  source: ResumeSource,
  { since, tail }: ResumeRequest,
): Promise<StartPoint> {
  const fromTail = (reset?: ResetReason): StartPoint => ({
    seq: source.ring.tailSeq(tail),
    era: source.era(),
    reset,
  });
  const fromSince = (seq: number): StartPoint => ({ seq, era: source.era(), reset: undefined });
  if (since === undefined) return fromTail();
  if (since.epoch !== source.epoch()) return fromTail("epoch");
  if (since.seq <= source.ring.headSeq && source.ring.covers(since.seq)) return fromSince(since.seq);
  const bounds = await source.log.bounds();
  if (bounds.epoch !== since.epoch || since.seq > bounds.lastSeq) return fromTail("epoch");
  // Another node was ahead of us: we catch up first, or the viewer would get again what it has.
  if (since.seq > source.ring.headSeq) await source.catchUpWithLog(bounds.lastSeq);
  await source.decided(since.seq);
  if (since.epoch !== source.epoch() || since.seq > source.ring.headSeq) return fromTail("epoch");
  const isTrimmed = !source.ring.covers(since.seq) && since.seq + 1 < bounds.firstSeq;
  return isTrimmed ? fromTail("trimmed") : fromSince(since.seq);
}
