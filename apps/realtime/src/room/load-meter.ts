import type { Timers } from "../timers.ts";

/** How busy the node is with writing to viewers, over all its rooms. */
export interface LoadMeter {
  /** Adds a piece of work that ended now. */
  readonly add: (durationMs: number) => void;
  /** Adds what the runtime was given to do now, and does before the next turn of the loop but one. */
  readonly addHandedOver: () => void;
  /** The share of recent time that went into such work, 0 to 1. */
  readonly busyShare: () => number;
}

/** From this share of busy time on, events gather for the full tick; below, for proportionally less. */
const fullTickShare = 0.25;

/** How long events gather before they are written: not at all on a quiet node, `tickMsMax` on a busy one. */
export function gatherMs(load: Pick<LoadMeter, "busyShare">, tickMsMax: number): number {
  return tickMsMax * Math.min(1, load.busyShare() / fullTickShare);
}

interface LoadMeterDeps extends Pick<Timers, "now" | "defer"> {
  /** Work that is this old weighs 1/e. */
  readonly memoryMs?: number;
}

/** An exponentially fading mean: one number, no history. */
export function createLoadMeter({ now, defer, memoryMs = 200 }: LoadMeterDeps): LoadMeter {
  let worked = 0;
  let atMs = now();
  let handedOverMs: number | undefined;
  const fade = () => {
    const nowMs = now();
    worked *= Math.exp((atMs - nowMs) / memoryMs);
    atMs = nowMs;
  };
  function add(durationMs: number): void {
    fade();
    worked += durationMs;
  }
  return {
    add,
    addHandedOver() {
      const isWaiting = handedOverMs !== undefined;
      // The latest counts: what lies between two has been added by whoever did it.
      handedOverMs = now();
      if (isWaiting) return;
      // Bun writes what was published to WebSockets between two turns. Seen from a timer the next turn comes before
      // that, so it is the one after it that tells.
      defer(() => {
        defer(() => {
          add(now() - (handedOverMs ?? now()));
          handedOverMs = undefined;
        }, 0);
      }, 0);
    },
    busyShare() {
      fade();
      return Math.min(1, worked / memoryMs);
    },
  };
}
