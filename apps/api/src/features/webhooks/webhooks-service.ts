import {
  type Database,
  type DeliveryRow,
  deleteWebhook,
  insertWebhook,
  listDeliveries,
  listWebhooks,
  resendDelivery,
  type WebhookRow,
} from "@barrage/db";
import type { WebhookEvent } from "@barrage/domain";
import { AppError } from "@barrage/protocol";

/** A webhook as its owner sees it. */
export interface WebhookView {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly createdAtMs: number;
}

/** A delivery as its webhook's owner sees it. */
export interface DeliveryView {
  readonly id: string;
  readonly event: string;
  readonly body: string;
  readonly state: "waiting" | "delivered" | "given_up";
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly nextAttemptAtMs: number | null;
  readonly deliveredAtMs: number | null;
  readonly lastStatus: number | null;
  /** `address_forbidden`, `unreachable` or `too_slow`; null when the receiver answered. */
  readonly lastError: string | null;
}

/** Webhooks of users: told of what happens in the rooms that they host. */
export interface WebhooksService {
  /** The secret is shown this once. @throws AppError `limit_reached`, `rate_limited` */
  create(
    ownerId: string,
    hook: { readonly url: string; readonly events: readonly WebhookEvent[] },
  ): Promise<WebhookView & { readonly secret: string }>;
  list(ownerId: string): Promise<readonly WebhookView[]>;
  /** @throws AppError `not_found` */
  remove(ownerId: string, id: string): Promise<void>;
  /** The newest first. @throws AppError `not_found` */
  deliveries(ownerId: string, id: string, limit: number): Promise<readonly DeliveryView[]>;
  /** Sends a delivery once more, as a new one. @throws AppError `not_found`, `rate_limited` */
  resend(ownerId: string, deliveryId: string): Promise<{ readonly id: string }>;
}

export interface WebhooksServiceDeps {
  readonly database: Database;
  readonly newId: () => string;
  /** From the operating system. */
  readonly randomBytes: (count: number) => Uint8Array;
  /** Counts one change by a user. @throws AppError `rate_limited` */
  readonly takeChange: (userId: string) => Promise<void>;
}

const webhooksMax = 10;
const secretBytes = 32;

const toView = ({ id, url, events, createdAt }: WebhookRow): WebhookView => ({
  id,
  url,
  events,
  createdAtMs: createdAt.getTime(),
});

function toDeliveryView(row: DeliveryRow): DeliveryView {
  const { id, event, body, attempts, lastStatus, lastError } = row;
  const unfinished = row.nextAttemptAt === null ? "given_up" : "waiting";
  return {
    id,
    event,
    body,
    state: row.deliveredAt === null ? unfinished : "delivered",
    attempts,
    createdAtMs: row.createdAt.getTime(),
    nextAttemptAtMs: row.nextAttemptAt?.getTime() ?? null,
    deliveredAtMs: row.deliveredAt?.getTime() ?? null,
    lastStatus,
    lastError,
  };
}

/** Makes the service. */
export function createWebhooksService(deps: WebhooksServiceDeps): WebhooksService {
  const { orm } = deps.database;
  return {
    async create(ownerId, { url, events }) {
      await deps.takeChange(ownerId);
      const secret = `whsec_${Buffer.from(deps.randomBytes(secretBytes)).toString("base64url")}`;
      const hook = { id: deps.newId(), ownerId, url, secret, events: [...new Set(events)] };
      const row = await insertWebhook(orm, hook, webhooksMax);
      if (row === undefined) throw new AppError("limit_reached");
      return { ...toView(row), secret };
    },
    list: async (ownerId) => (await listWebhooks(orm, ownerId)).map(toView),
    async remove(ownerId, id) {
      if (!(await deleteWebhook(orm, { id, ownerId }))) throw new AppError("not_found");
    },
    async deliveries(ownerId, id, limit) {
      const rows = await listDeliveries(orm, { id, ownerId }, limit);
      if (rows === undefined) throw new AppError("not_found");
      return rows.map(toDeliveryView);
    },
    async resend(ownerId, deliveryId) {
      await deps.takeChange(ownerId);
      const id = deps.newId();
      if (!(await resendDelivery(orm, { id: deliveryId, ownerId }, id))) throw new AppError("not_found");
      return { id };
    },
  };
}
