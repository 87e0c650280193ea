import type { UniqueCounter } from "@barrage/platform";

/** A room that is live, as the tally needs to know it. */
export interface LiveRoom {
  readonly roomId: string;
  readonly sessionId: string;
  /** Everybody who watches it here, each by what tells them from others. */
  readonly viewerKeys: () => Iterable<string>;
}

interface UniqueViewersDeps {
  readonly counter: UniqueCounter;
  /** The rooms that are open here and live. */
  readonly liveRooms: () => Iterable<LiveRoom>;
  /** One of them. */
  readonly liveRoom: (roomId: string) => LiveRoom | undefined;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
}

/** How many different people have watched each session, as far as this node has a part in it. */
export interface UniqueViewers {
  /** Somebody has joined a room. */
  joined(roomId: string, viewerKey: string): void;
  /** Adds those who came since the last time to the count that all nodes share. One at a time; never throws. */
  flush(): Promise<void>;
  /** By session: the newest counts, over all nodes. */
  counts(): Readonly<Record<string, number>>;
}

interface Tally {
  readonly fresh: Set<string>;
  count: number;
  liveAtMs: number;
}

/** While Redis is away: who comes beyond so many in one session is not counted. */
const freshMax = 100_000;
/** A session that ended is told of for a little longer: its last count must reach the worker. */
const tellEndedMs = 30_000;

/** A crowd costs one call per node and second: joins gather here first. */
export function createUniqueViewers(deps: UniqueViewersDeps): UniqueViewers {
  const { counter, liveRooms, liveRoom, now } = deps;
  const tallies = new Map<string, Tally>();
  let flushing: Promise<void> | undefined;

  function tallyOf({ sessionId, viewerKeys }: LiveRoom): Tally {
    const known = tallies.get(sessionId);
    if (known !== undefined) return known;
    // The session has begun since the last look: all who are here watch it.
    const tally = { fresh: new Set(viewerKeys()), count: 0, liveAtMs: now() };
    tallies.set(sessionId, tally);
    return tally;
  }

  async function addFresh(sessionId: string, tally: Tally): Promise<void> {
    const members = [...tally.fresh];
    if (members.length === 0) return;
    const count = await counter.add(sessionId, members);
    if (count === undefined) return;
    for (const member of members) tally.fresh.delete(member);
    tally.count = Math.max(tally.count, count);
  }

  async function flushAll(): Promise<void> {
    for (const room of liveRooms()) tallyOf(room).liveAtMs = now();
    for (const [sessionId, tally] of tallies)
      if (now() - tally.liveAtMs > tellEndedMs) tallies.delete(sessionId);
    await Promise.all([...tallies].map(([sessionId, tally]) => addFresh(sessionId, tally)));
  }

  return {
    joined(roomId, viewerKey) {
      const room = liveRoom(roomId);
      if (room === undefined) return;
      const { fresh } = tallyOf(room);
      if (fresh.size < freshMax) fresh.add(viewerKey);
    },
    flush() {
      flushing ??= flushAll().finally(() => {
        flushing = undefined;
      });
      return flushing;
    },
    counts: () =>
      Object.fromEntries([...tallies].flatMap(([id, { count }]) => (count > 0 ? [[id, count]] : []))),
  };
}
