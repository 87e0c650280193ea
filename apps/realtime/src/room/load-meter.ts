/** How busy the node is with writing to viewers, over all its rooms. */
export interface LoadMeter {
  /** Adds a piece of work that ended now. */
  readonly add: (durationMs: number) => void;
  /** The share of recent time that went into such work, 0 to 1. */
  readonly busyShare: () => number;
}

/** From this share of busy time on, events gather for the full tick; below, for proportionally less. */
const fullTickShare = 0.25;

/** How long events gather before they are written: not at all on a quiet node, `tickMsMax` on a busy one. */
export function gatherMs(load: Pick<LoadMeter, "busyShare">, tickMsMax: number): number {
  return tickMsMax * Math.min(1, load.busyShare() / fullTickShare);
}

interface LoadMeterDeps {
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Work that is this old weighs 1/e. */
  readonly memoryMs?: number;
}

/** An exponentially fading mean: one number, no history. */
export function createLoadMeter({ now, memoryMs = 200 }: LoadMeterDeps): LoadMeter {
  let worked = 0;
  let atMs = now();
  const fade = () => {
    const nowMs = now();
    worked *= Math.exp((atMs - nowMs) / memoryMs);
    atMs = nowMs;
  };
  return {
    add(durationMs) {
      fade();
      worked += durationMs;
    },
    busyShare() {
      fade();
      return Math.min(1, worked / memoryMs);
    },
  };
}
