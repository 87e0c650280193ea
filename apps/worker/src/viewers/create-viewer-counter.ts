import {
  type ChangedViewerCount,
  type Database,
  listWatchedRooms,
  updateUniqueViewers,
  updateViewerCounts,
} from "@barrage/db";
import { type Bus, busTopics, type Logger, type NatsLink, newId, type RoomLog } from "@barrage/platform";
import { every } from "../leader/every.ts";
import type { Job } from "../leader/job.ts";
import { createPresenceBoard, type PresenceBoard } from "./presence-board.ts";

interface ViewerCounterDeps {
  readonly database: Database;
  readonly roomLog: RoomLog;
  readonly bus: Bus;
  readonly link: NatsLink;
  readonly now: () => number;
  readonly logger: Logger;
  readonly timing?: ViewerCounterTiming;
}

interface ViewerCounterTiming {
  /** Counts are taken this often; longer than the nodes' own interval, so that every node has spoken before. */
  readonly tickMs: number;
  /** A node that said nothing for so long is gone. */
  readonly silenceMs: number;
}

const defaultTiming: ViewerCounterTiming = { tickMs: 1_000, silenceMs: 5_000 };

/**
 * Counts the viewers of live rooms over all realtime nodes: every second, each count that changed goes to Postgres
 * (with its session's peak) and, as `viewers.counted`, to the room log. How many different people there were goes to
 * Postgres alone.
 */
export function createViewerCounter(deps: ViewerCounterDeps): Job {
  const { bus, link, now, logger, timing = defaultTiming } = deps;
  return {
    name: "viewer counter",
    async run(signal) {
      const board = createPresenceBoard({ silenceMs: timing.silenceMs, now });
      const round = createCountRound(deps, board);
      const endListening = bus.listen(busTopics.presence, (presence) => board.note(presence));
      const endWatching = link.watch({ onUp: () => board.forgive() });
      try {
        // The first time after a tick, in which every node has spoken.
        await every(timing.tickMs, signal, async () => {
          try {
            if (link.isConnected()) await round();
          } catch (error) {
            logger.warn({ error }, "viewers can't be counted now: trying again");
          }
        });
      } finally {
        endListening();
        endWatching();
      }
    },
  };
}

function createCountRound({ database, roomLog, now, logger }: ViewerCounterDeps, board: PresenceBoard) {
  /** Rooms that Postgres says have viewers; undefined until it was asked. */
  let watched: ReadonlySet<string> | undefined;
  /** Of different viewers by session: what Postgres has been told. Bounded by what the nodes talk of. */
  let toldUniques: ReadonlyMap<string, number> = new Map();
  /** Counts that are in Postgres and not yet in the log. */
  const untold = new Map<string, ChangedViewerCount>();

  async function tell({ roomId, count, peak }: ChangedViewerCount): Promise<void> {
    const event = { v: 1, type: "viewers.counted", room: roomId, at: now(), data: { count, peak } } as const;
    await roomLog.publish(event, { messageId: newId() });
    untold.delete(roomId);
  }

  async function writeUniques(): Promise<void> {
    const uniques = board.uniques();
    const news = [...uniques].filter(([session, count]) => toldUniques.get(session) !== count);
    await updateUniqueViewers(
      database.orm,
      news.map(([sessionId, count]) => ({ sessionId, count })),
    );
    toldUniques = uniques;
  }

  return async function round(): Promise<void> {
    await writeUniques();
    watched ??= new Set(await listWatchedRooms(database.orm));
    const counts = board.counts();
    const left = [...watched].filter((roomId) => !counts.has(roomId));
    const changed = await updateViewerCounts(database.orm, [
      ...[...counts].map(([roomId, count]) => ({ roomId, count })),
      ...left.map((roomId) => ({ roomId, count: 0 })),
    ]);
    watched = new Set(counts.keys());
    for (const one of changed) untold.set(one.roomId, one);
    const outcomes = await Promise.allSettled([...untold.values()].map((one) => tell(one)));
    const failure = outcomes.find((outcome) => outcome.status === "rejected");
    if (failure !== undefined) logger.warn({ error: failure.reason }, "viewer counts can't be published now");
  };
}
