import { asc, inArray, isNull, lt, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { outbox } from "../schema/index.ts";

/** An event that waits to be relayed. `event` is what was written, unchecked. */
export interface WaitingEvent {
  readonly id: number;
  readonly messageId: string;
  readonly roomId: string;
  readonly event: unknown;
  readonly traceparent: string | null;
}

/** The events that wait, the oldest first. A room's events are in the order of its changes. */
export async function listWaitingEvents(orm: Orm, limit: number): Promise<readonly WaitingEvent[]> {
  return orm
    .select({
      id: outbox.id,
      messageId: outbox.messageId,
      roomId: outbox.roomId,
      event: outbox.event,
      traceparent: outbox.traceparent,
    })
    .from(outbox)
    .where(isNull(outbox.relayedAt))
    .orderBy(asc(outbox.id))
    .limit(limit);
}

/** Notes that these events are in the room log. */
export async function markRelayed(orm: Orm, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await orm
    .update(outbox)
    .set({ relayedAt: sql`now()` })
    .where(inArray(outbox.id, [...ids]));
}

/** Removes up to `limit` events that were relayed more than `olderThanMs` ago. @returns how many */
export async function sweepRelayedEvents(
  orm: Orm,
  sweep: { readonly olderThanMs: number; readonly limit: number },
): Promise<number> {
  const old = orm
    .select({ id: outbox.id })
    .from(outbox)
    .where(lt(outbox.relayedAt, sql`now() - ${sweep.olderThanMs} * interval '1 millisecond'`))
    .limit(sweep.limit);
  const removed = await orm.delete(outbox).where(inArray(outbox.id, old)).returning({ id: outbox.id });
  return removed.length;
}
