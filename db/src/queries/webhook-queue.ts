import { and, eq, inArray, isNull, lt, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { rooms, webhookDeliveries, webhooks } from "../schema/index.ts";

/** Something that happened in a room and that webhooks may want. */
export interface WebhookCause {
  readonly roomId: string;
  /** The event's cursor; the same one again queues nothing. */
  readonly cause: string;
  readonly event: string;
  readonly body: string;
}

/** A delivery whose time has come. */
export interface DueDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly url: string;
  readonly secret: string;
  readonly event: string;
  readonly body: string;
  readonly attempts: number;
}

/** How an attempt ended. */
export interface AttemptOutcome {
  readonly delivered: boolean;
  /** When to try again; null: not again. */
  readonly retryInMs: number | null;
  readonly status: number | null;
  readonly error: string | null;
}

/** Queues a delivery for each webhook of the room's host that wants the event. Idempotent. @returns how many are new */
export async function queueDeliveries(
  orm: Orm,
  { roomId, cause, event, body }: WebhookCause,
): Promise<number> {
  const rows = await orm.execute<{ id: string }>(sql`
    insert into ${webhookDeliveries} (id, webhook_id, cause, event, body)
    select replace(gen_random_uuid()::text, '-', ''), ${webhooks.id}, ${cause}, ${event}, ${body}
    from ${webhooks} join ${rooms} on ${rooms.hostId} = ${webhooks.ownerId}
    where ${rooms.id} = ${roomId} and ${webhooks.enabled} and ${event} = any(${webhooks.events})
    on conflict (webhook_id, cause) do nothing
    returning id`);
  return rows.length;
}

/** Who may have a slot now, and whose turn it is. */
export interface DueQuery {
  /** Webhooks with an attempt under way: they have their slot. */
  readonly busy: readonly string[];
  /** How long ago webhooks were called last. One that is not named was not called since its oldest due delivery was due. */
  readonly calledAgoMs: ReadonlyMap<string, number>;
  readonly limit: number;
}

/**
 * The oldest due delivery of each webhook that is not busy, up to `limit`: who waits the longest goes first. A webhook
 * waits since its oldest delivery was due or since its last call, whichever came later, so that a long queue of old
 * deliveries gives nobody a second turn before the others' first.
 */
export async function listDueDeliveries(
  orm: Orm,
  { busy, calledAgoMs, limit }: DueQuery,
): Promise<readonly DueDelivery[]> {
  const called = [sql.param([...calledAgoMs.keys()]), sql.param([...calledAgoMs.values()])] as const;
  // What is due is grouped by its narrow columns (`webhook_deliveries_due`); bodies are fetched for the chosen alone.
  const rows = await orm.execute<{ [Column in keyof DueDelivery]: DueDelivery[Column] }>(sql`
    with waiting as (
      select webhook_id, min(next_attempt_at) as due_at from ${webhookDeliveries}
      where next_attempt_at <= now() and not (webhook_id = any(${sql.param([...busy])}::text[]))
      group by webhook_id
    ), turns as (
      select webhook_id, due_at, greatest(due_at, now() - ago_ms * interval '1 millisecond') as since
      from waiting left join unnest(${called[0]}::text[], ${called[1]}::float8[]) as c (id, ago_ms) on c.id = webhook_id
      order by since, webhook_id
      limit ${limit}
    )
    select d.id, d.webhook_id as "webhookId", w.url, w.secret, d.event, d.body, d.attempts
    from turns t join ${webhooks} w on w.id = t.webhook_id
    cross join lateral (
      select * from ${webhookDeliveries}
      where webhook_id = t.webhook_id and next_attempt_at = t.due_at
      order by id limit 1
    ) d
    order by t.since, t.webhook_id`);
  return [...rows];
}

/** Writes down how an attempt ended. */
export async function recordAttempt(orm: Orm, id: string, outcome: AttemptOutcome): Promise<void> {
  const { delivered, retryInMs, status, error } = outcome;
  await orm
    .update(webhookDeliveries)
    .set({
      attempts: sql`${webhookDeliveries.attempts} + 1`,
      nextAttemptAt: retryInMs === null ? null : sql`now() + ${retryInMs} * interval '1 millisecond'`,
      deliveredAt: delivered ? sql`now()` : null,
      lastStatus: status,
      lastError: error,
    })
    .where(eq(webhookDeliveries.id, id));
}

/** Removes up to `limit` finished deliveries older than this. @returns how many */
export async function sweepDeliveries(
  orm: Orm,
  sweep: { readonly olderThanMs: number; readonly limit: number },
): Promise<number> {
  const old = orm
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(
      and(
        isNull(webhookDeliveries.nextAttemptAt),
        lt(webhookDeliveries.createdAt, sql`now() - ${sweep.olderThanMs} * interval '1 millisecond'`),
      ),
    )
    .limit(sweep.limit);
  const removed = await orm
    .delete(webhookDeliveries)
    .where(inArray(webhookDeliveries.id, old))
    .returning({ id: webhookDeliveries.id });
  return removed.length;
}
