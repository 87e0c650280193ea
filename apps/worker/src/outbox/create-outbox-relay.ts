import { type Database, listWaitingEvents, markRelayed, type WaitingEvent } from "@barrage/db";
import { type Bus, busTopics, type Logger, type RoomLog } from "@barrage/platform";
import type { Job } from "../leader/job.ts";
import type { RoomStateWriter } from "../room-states/create-room-state-writer.ts";
import { createPassQueue } from "./pass-queue.ts";
import { relayEvents } from "./relay-events.ts";

interface OutboxRelayDeps {
  readonly database: Database;
  readonly roomLog: RoomLog;
  readonly roomStates: RoomStateWriter;
  readonly bus: Bus;
  readonly logger: Logger;
}

const pageEvents = 200;
const pollMs = 500;
const retryMs = { first: 100, max: 5_000 };

/**
 * Brings what was committed in the outbox into the room log, each event once and a room's events in order. An event
 * that was published but not yet marked (a crash in between) is published again under the same message id, which the
 * log takes for the same event. Answers `outbox.flush`, so that a caller reads its own writes; polls besides.
 */
export function createOutboxRelay(deps: OutboxRelayDeps): Job {
  const { database, roomLog, roomStates, bus, logger } = deps;

  async function relayPage(inLog: Set<string>, waiting: readonly WaitingEvent[]): Promise<number> {
    const fresh = waiting.filter(({ messageId }) => !inLog.has(messageId));
    const { doneIds, failure } = await relayEvents({ roomLog, logger }, fresh);
    const done = new Set(doneIds);
    for (const { id, messageId } of fresh) if (done.has(id)) inLog.add(messageId);
    const relayed = waiting.filter(({ messageId }) => inLog.has(messageId));
    await roomStates.sync(relayed.map(({ roomId }) => roomId));
    await markRelayed(
      database.orm,
      relayed.map(({ id }) => id),
    );
    inLog.clear();
    if (failure !== undefined) throw failure;
    return relayed.length;
  }

  return {
    name: "outbox relay",
    async run(signal) {
      /**
       * Published, but not marked since Postgres failed in between. The log forgets a message id after its dedupe
       * window; this memory does not. Bounded by a page: no other page is begun before it is marked.
       */
      const inLog = new Set<string>();
      const passes = createPassQueue({
        pollMs,
        retryMs,
        async pass() {
          let relayed = 0;
          for (let full = true; full && !signal.aborted; ) {
            const waiting = await listWaitingEvents(database.orm, pageEvents);
            relayed += await relayPage(inLog, waiting);
            full = waiting.length === pageEvents;
          }
          return relayed;
        },
        onError: (error) => logger.warn({ error }, "the outbox can't be relayed now: trying again"),
      });
      const endAnswering = bus.answer(busTopics.outboxFlush, async () => ({
        relayed: await passes.request(),
      }));
      try {
        await passes.run(signal);
      } finally {
        endAnswering();
      }
    },
  };
}
