import { and, asc, desc, eq, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { webhookDeliveries, webhooks } from "../schema/index.ts";

/** A webhook as its owner sees it. */
export interface WebhookRow {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly createdAt: Date;
}

/** One delivery as its webhook's owner sees it. */
export interface DeliveryRow {
  readonly id: string;
  readonly event: string;
  readonly body: string;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly nextAttemptAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

interface Owned {
  readonly id: string;
  readonly ownerId: string;
}

interface NewWebhook extends Owned {
  readonly url: string;
  readonly secret: string;
  readonly events: readonly string[];
}

const columns = {
  id: webhooks.id,
  url: webhooks.url,
  events: webhooks.events,
  createdAt: webhooks.createdAt,
};
const isOwned = ({ id, ownerId }: Owned) => and(eq(webhooks.id, id), eq(webhooks.ownerId, ownerId));

/** Adds a webhook. @returns undefined when its owner has `max` already */
export async function insertWebhook(
  orm: Orm,
  hook: NewWebhook,
  max: number,
): Promise<WebhookRow | undefined> {
  return orm.transaction(async (tx) => {
    // One at a time per owner: two requests at once must not both find room for one more.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`webhooks:${hook.ownerId}`}, 0))`);
    if ((await tx.$count(webhooks, eq(webhooks.ownerId, hook.ownerId))) >= max) return undefined;
    const [row] = await tx
      .insert(webhooks)
      .values({ ...hook, events: [...hook.events] })
      .returning(columns);
    return row;
  });
}

/** A user's webhooks, the oldest first. */
export async function listWebhooks(orm: Orm, ownerId: string): Promise<readonly WebhookRow[]> {
  return orm
    .select(columns)
    .from(webhooks)
    .where(eq(webhooks.ownerId, ownerId))
    .orderBy(asc(webhooks.createdAt), asc(webhooks.id));
}

/** Removes a webhook with its deliveries. @returns whether it was there and its owner's */
export async function deleteWebhook(orm: Orm, owned: Owned): Promise<boolean> {
  const rows = await orm.delete(webhooks).where(isOwned(owned)).returning({ id: webhooks.id });
  return rows.length > 0;
}

/** The newest deliveries of a webhook; undefined when it is not this owner's. */
export async function listDeliveries(
  orm: Orm,
  owned: Owned,
  limit: number,
): Promise<readonly DeliveryRow[] | undefined> {
  const [webhook] = await orm.select({ id: webhooks.id }).from(webhooks).where(isOwned(owned));
  if (webhook === undefined) return undefined;
  const { id, event, body, attempts, nextAttemptAt, deliveredAt, lastStatus, lastError, createdAt } =
    webhookDeliveries;
  return orm
    .select({ id, event, body, attempts, nextAttemptAt, deliveredAt, lastStatus, lastError, createdAt })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.webhookId, owned.id))
    .orderBy(desc(createdAt), desc(id))
    .limit(limit);
}

/**
 * Queues a delivery once more, as a new one with the same body.
 * @returns false when there is no such delivery of this owner's webhooks
 */
export async function resendDelivery(orm: Orm, owned: Owned, newId: string): Promise<boolean> {
  const rows = await orm.execute<{ id: string }>(sql`
    insert into ${webhookDeliveries} (id, webhook_id, cause, event, body)
    select ${newId}, delivery.webhook_id, ${`resend:${newId}`}, delivery.event, delivery.body
    from ${webhookDeliveries} delivery join ${webhooks} on ${webhooks.id} = delivery.webhook_id
    where delivery.id = ${owned.id} and ${webhooks.ownerId} = ${owned.ownerId}
    returning id`);
  return rows.length > 0;
}
