import { nodeCounter, nodeGauge } from "../harness/node-counter.ts";
import type { LoadResult } from "./fan-load.ts";

/** What a node says of viewers that do not read, when the load is over and they are still there. */
export interface Held {
  /** How far they are behind, all added up. */
  readonly behindBytes: number;
  /** So many were ended because of it. */
  readonly slowCloses: number;
}

/** When to measure a crowd some of whom are to be stalled, and what to ask afterwards. */
export interface StallGate {
  /** Resolves when all that never read have been felt to be full. @throws Error when that takes too long. */
  readonly ready: () => Promise<void>;
  readonly held: () => Promise<Held>;
}

const pollMs = 50;
/** Less than the load generator waits. */
const readyMsMax = 9_000;

/** Waits for the stalls that a realtime node counts. `warmUpMs`: nothing is expected before. */
export function createStallGate(url: string, stalled: number, warmUpMs: number): StallGate {
  return {
    async ready() {
      const deadlineMs = performance.now() + warmUpMs + readyMsMax;
      for (let stalls = 0; stalls < stalled; await Bun.sleep(pollMs)) {
        stalls = await nodeCounter(url, "stalls");
        if (stalls < stalled && performance.now() > deadlineMs)
          throw new Error(`the node felt ${stalls} stalls where ${stalled} viewers do not read`);
      }
    },
    held: async () => ({
      behindBytes: await nodeGauge(url, "behind_bytes"),
      slowCloses: await nodeCounter(url, "slow_closes"),
    }),
  };
}

/** Of what has been said since all were stalled, so much must be due to each; heads of messages are not counted here. */
const dueShareMin = 0.95;

/**
 * All were stalled before the measuring began: the node holds what was said meanwhile for each of them.
 * @throws Error when it holds less, or has ended some.
 */
export function requireHeld(held: Held, load: Pick<LoadResult, "published">, crowd: HeldCrowd): void {
  const { behindBytes, slowCloses } = held;
  const { stalled, messageBytes } = crowd;
  if (slowCloses > 0) throw new Error(`${slowCloses} stalled viewers were ended while others were measured`);
  const dueBytes = load.published * messageBytes;
  if (behindBytes < stalled * dueBytes * dueShareMin)
    throw new Error(
      `the node holds ${Math.round(behindBytes / stalled)} bytes for a stalled viewer, ${dueBytes} are due`,
    );
}

interface HeldCrowd {
  readonly stalled: number;
  readonly messageBytes: number;
}
