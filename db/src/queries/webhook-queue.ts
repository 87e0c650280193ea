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

/** The oldest due delivery of each webhook that is not among `busy`, up to `limit`. */
export async function listDueDeliveries(
  orm: Orm,
  busy: readonly string[],
  limit: number,
): Promise<readonly DueDelivery[]> {
  const rows = await orm.execute<{ [Column in keyof DueDelivery]: DueDelivery[Column] }>(sql`
    select distinct on (d.webhook_id) d.id, d.webhook_id as "webhookId", w.url, w.secret, d.event, d.body, d.attempts
    from ${webhookDeliveries} d join ${webhooks} w on w.id = d.webhook_id
    where d.next_attempt_at <= now() and not (d.webhook_id = any(${sql.param([...busy])}::text[]))
    order by d.webhook_id, d.next_attempt_at, d.id
    limit ${limit}`);
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
