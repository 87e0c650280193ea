import type { WaitingEvent } from "@barrage/db";
import type { Logger, RoomLog } from "@barrage/platform";
import { AppError, roomEventSchema } from "@barrage/protocol";

interface RelayDeps {
  readonly roomLog: RoomLog;
  readonly logger: Logger;
}

interface RelayOutcome {
  /** Done with: in the log, or never to be. */
  readonly doneIds: readonly number[];
  /** Why the rest is not; undefined when all is done. */
  readonly failure: unknown;
}

/**
 * Publishes events: those of one room one after the other, rooms side by side. A room stops at its first failure, so
 * its events never pass each other.
 */
export async function relayEvents(deps: RelayDeps, waiting: readonly WaitingEvent[]): Promise<RelayOutcome> {
  const rooms = Map.groupBy(waiting, ({ roomId }) => roomId);
  const doneIds: number[] = [];
  const outcomes = await Promise.allSettled(
    [...rooms.values()].map(async (events) => {
      for (const event of events) {
        await relayEvent(deps, event);
        doneIds.push(event.id);
      }
    }),
  );
  return { doneIds, failure: outcomes.find((outcome) => outcome.status === "rejected")?.reason };
}

async function relayEvent({ roomLog, logger }: RelayDeps, waiting: WaitingEvent): Promise<void> {
  const { id, messageId, traceparent } = waiting;
  const parsed = roomEventSchema.safeParse(waiting.event);
  if (!parsed.success) {
    // Written by another version of us, or by hand. Waiting would hold up every later event of all rooms.
    logger.error({ outboxId: id, issues: parsed.error.issues }, "an outbox event can't be read: skipped");
    return;
  }
  try {
    await roomLog.publish(parsed.data, { messageId, traceparent: traceparent ?? undefined });
  } catch (error) {
    if (error instanceof AppError && error.code === "log_unavailable") throw error;
    logger.error({ error, outboxId: id }, "an outbox event can't be published: skipped");
  }
}
