import {
  type Database,
  type DueDelivery,
  listDueDeliveries,
  recordAttempt,
  sweepDeliveries,
} from "@barrage/db";
import { webhookRetryMs } from "@barrage/domain";
import type { Logger } from "@barrage/platform";
import { every } from "../leader/every.ts";
import type { Job } from "../leader/job.ts";
import { type PostResult, postWebhook } from "./post-webhook.ts";
import { signatureHeader, signWebhook } from "./sign-webhook.ts";

export interface WebhookSenderDeps {
  readonly database: Database;
  readonly logger: Logger;
  readonly now: () => number;
  readonly random: () => number;
  /** While false nothing is sent: deliveries wait. */
  readonly isOn: () => boolean;
  /** Which addresses may be talked to. */
  readonly mayReach: (address: string) => boolean;
}

const pollMs = 500;
const deadlineMs = 10_000;
/** At the same time, over all webhooks; each webhook gets one at a time, so a slow one holds up itself alone. */
const atOnceMax = 32;
const sweepEveryMs = 60_000;
const sweep = { olderThanMs: 30 * 24 * 3_600_000, limit: 1_000 };

/** A receiver that says so is not asked again. */
const goneStatus = 410;

/** Sends what is due, at least once each, and writes down how it went; forgets what is older than 30 days. */
export function createWebhookSender(deps: WebhookSenderDeps): Job {
  const { database, logger } = deps;

  async function attempt(delivery: DueDelivery, signal: AbortSignal): Promise<void> {
    const result = await post(deps, delivery, signal);
    // Ended by us, not by the receiver: it counts for nothing, and the next leader tries again.
    if (signal.aborted && "error" in result) return;
    await recordAttempt(database.orm, delivery.id, outcomeOf(result, delivery.attempts + 1, deps.random));
  }

  async function sendDue(busy: Map<string, Promise<void>>, signal: AbortSignal): Promise<void> {
    if (busy.size >= atOnceMax || !deps.isOn()) return;
    const due = await listDueDeliveries(database.orm, [...busy.keys()], atOnceMax - busy.size);
    for (const delivery of due) {
      const sending = attempt(delivery, signal)
        .catch((error: unknown) =>
          logger.warn({ error }, "a webhook's attempt can't be written down: it comes again"),
        )
        .finally(() => busy.delete(delivery.webhookId));
      busy.set(delivery.webhookId, sending);
    }
  }

  async function sweepOld(): Promise<void> {
    try {
      while ((await sweepDeliveries(database.orm, sweep)) === sweep.limit);
    } catch (error) {
      logger.warn({ error }, "old webhook deliveries can't be removed now");
    }
  }

  return {
    name: "webhook sender",
    async run(signal) {
      const busy = new Map<string, Promise<void>>();
      const sending = every(pollMs, signal, async () => {
        try {
          await sendDue(busy, signal);
        } catch (error) {
          logger.warn({ error }, "webhooks can't be sent now: trying again");
        }
      });
      await Promise.all([sending, every(sweepEveryMs, signal, sweepOld)]);
      await Promise.all(busy.values());
    },
  };
}

function post(
  { now, mayReach }: WebhookSenderDeps,
  delivery: DueDelivery,
  signal: AbortSignal,
): Promise<PostResult> {
  const { url, body, secret, event, id } = delivery;
  return postWebhook({
    url,
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "Barrage-Webhooks/1",
      "barrage-event": event,
      "barrage-delivery": id,
      [signatureHeader]: signWebhook(body, { secret, nowMs: now() }),
    },
    deadlineMs,
    mayReach,
    signal,
  });
}

function outcomeOf(result: PostResult, attempts: number, random: () => number) {
  const status = "status" in result ? result.status : null;
  const delivered = status !== null && status >= 200 && status < 300;
  const again = !delivered && status !== goneStatus;
  return {
    delivered,
    retryInMs: again ? webhookRetryMs(attempts, random) : null,
    status,
    error: "error" in result ? result.error : null,
  };
}
