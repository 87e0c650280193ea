import { createHistogram, type Histogram } from "../crowd/histogram.ts";
import type { RecordedSession } from "./recorded-session.ts";
import { openReplayReader, type ReplayReader, type ReplayTransport } from "./replay-readers.ts";

interface TimedTarget {
  readonly url: string;
  readonly recorded: RecordedSession;
  readonly speed: number;
  readonly transport: ReplayTransport;
  readonly fromMs?: number;
  readonly untilMs?: number;
}

/** How far a viewer's moments are from the recorded ones. */
export interface Timing {
  /** When an event came, against when it was due by the first frame of the replay. */
  readonly error: Histogram;
  /** The time between two events, against the recorded one at this speed. */
  readonly gapError: Histogram;
  readonly events: number;
}

/** A viewer who watches the clock. */
export interface TimedViewer {
  readonly reader: ReplayReader;
  /** @throws Error when events are missing or double. */
  finish(): Timing;
}

/** Watches a replay and compares each event's moment with the recorded one. */
export function watchTiming(target: TimedTarget): TimedViewer {
  const { url, recorded, speed, transport, fromMs = 0, untilMs } = target;
  const { seqs, atMs, startedAtMs } = recorded;
  const [error, gapError] = [createHistogram(), createHistogram()];
  const until = untilMs === undefined ? "" : `&until=${untilMs}`;
  const query = `speed=${speed}&view=all&from=${fromMs}${until}`;
  let anchorMs: number | undefined;
  let next = atMs.findIndex((at) => at >= startedAtMs + fromMs);
  const firstOne = next;
  let previousMs: number | undefined;
  let fault: string | undefined;

  function take(nowMs: number): void {
    const dueMs = ((atMs[next] ?? 0) - startedAtMs - fromMs) / speed;
    error.record(Math.abs(nowMs - (anchorMs ?? nowMs) - dueMs) * 1_000);
    const gapMs = ((atMs[next] ?? 0) - (atMs[next - 1] ?? 0)) / speed;
    if (previousMs !== undefined) gapError.record(Math.abs(nowMs - previousMs - gapMs) * 1_000);
    previousMs = nowMs;
    next += 1;
  }

  const reader = openReplayReader(
    { url, recorded, query, transport },
    {
      onControl: (json) => {
        if (json.startsWith('{"type":"replay"')) anchorMs ??= performance.now();
      },
      onEvents: (count, lastSeq) => {
        const nowMs = performance.now();
        for (let one = 0; one < count; one++) take(nowMs);
        if (seqs[next - 1] !== lastSeq) fault ??= `event ${seqs[next - 1]} was due, ${lastSeq} came`;
      },
    },
  );
  return {
    reader,
    finish() {
      if (fault !== undefined) throw new Error(fault);
      return { error, gapError, events: next - firstOne };
    },
  };
}
