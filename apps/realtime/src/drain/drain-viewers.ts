import type { Session } from "../session/session.ts";
import type { Timers } from "../timers.ts";

export interface DrainPace {
  /** Of those who watch when the drain begins, so many per cent leave in a second. */
  readonly percentPerSecond: number;
  /** All have left within this time: a short one makes the pace faster. */
  readonly withinMs: number;
}

interface DrainDeps {
  /** Those who watch now. */
  readonly sessions: () => Iterable<Session>;
  readonly timers: Pick<Timers, "now" | "sleep">;
  readonly random: () => number;
}

/** So few storm nobody: a small node need not take a minute. */
const viewersPerSecondMin = 10;
const turnMs = 100;
/** The pace spreads the crowd; this only keeps those of one turn from knocking together. */
const ownDelayMsMax = 1_000;

/**
 * Sends the viewers of a node that goes away to the others, in random order and at a pace that the others can take:
 * each gets its own time to come back, and comes back with its own cursor. Those who have not left when it ends (it
 * was told to hurry, or they came at the last moment) are for the caller to end.
 */
export async function drainViewers(deps: DrainDeps, pace: DrainPace, hurry: AbortSignal): Promise<void> {
  const { timers, random } = deps;
  const leaving = shuffled([...deps.sessions()], random);
  const perSecond = Math.max(
    viewersPerSecondMin,
    (leaving.length * pace.percentPerSecond) / 100,
    leaving.length / (pace.withinMs / 1_000),
  );
  const startMs = timers.now();
  for (let sent = 0; leaving.length > 0 && !hurry.aborted; ) {
    await timers.sleep(turnMs);
    const due = Math.floor((perSecond * (timers.now() - startMs)) / 1_000);
    for (; sent < due && leaving.length > 0; sent++)
      leaving.pop()?.endConnection("goodbye", Math.ceil(random() * ownDelayMsMax));
  }
}

/** Fisher and Yates' shuffle, in place: no room and no newcomer is moved before the others. */
function shuffled<Item>(items: Item[], random: () => number): Item[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [one, two] = [items[last], items[other]];
    if (one === undefined || two === undefined) continue;
    items[last] = two;
    items[other] = one;
  }
  return items;
}
