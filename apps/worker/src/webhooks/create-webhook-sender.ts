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
import { createWebhookTurns, type WebhookTurns } from "./webhook-turns.ts";

export interface WebhookSenderDeps {
  readonly database: Database;
  readonly logger: Logger;
  readonly now: () => number;
  readonly random: () => number;
  /** While false nothing is sent: deliveries wait. */
  readonly isOn: () => boolean;
  /** Which addresses may be talked to. */
  readonly mayReach: (address: string) => boolean;
  /** How many attempts there may be at the same time, over all webhooks. */
  readonly atOnceMax?: number;
  /** For one attempt. */
  readonly deadlineMs?: number;
}

interface Slots {
  /** The attempts under way, by webhook. */
  readonly busy: Map<string, Promise<void>>;
  readonly turns: WebhookTurns;
}

const pollMs = 500;
const sweepEveryMs = 60_000;
const sweep = { olderThanMs: 30 * 24 * 3_600_000, limit: 1_000 };

/** Of so many webhooks it is known when they were called: far more than can wait for a slot, unless thousands hang. */
const calledMax = 10_000;

/** A receiver that says so is not asked again. */
const goneStatus = 410;

/**
 * Sends what is due, at least once each, and writes down how it went; forgets what is older than 30 days.
 *
 * Slots are handed out in turns: a webhook has one at most, and who had one goes behind everybody who waits. However many
 * receivers hang, and however much they have queued, each webhook is so called after at most (waiting webhooks ÷ slots)
 * deadlines. No account gets past that: it has ten webhooks, and with them at most ten of the slots.
 */
export function createWebhookSender(deps: WebhookSenderDeps): Job {
  const { database, logger, atOnceMax = 32 } = deps;

  async function attempt(delivery: DueDelivery, signal: AbortSignal): Promise<void> {
    const result = await post(deps, delivery, signal);
    // Ended by us, not by the receiver: it counts for nothing, and the next leader tries again.
    if (signal.aborted && "error" in result) return;
    await recordAttempt(database.orm, delivery.id, outcomeOf(result, delivery.attempts + 1, deps.random));
  }

  async function sendDue({ busy, turns }: Slots, signal: AbortSignal): Promise<void> {
    const limit = atOnceMax - busy.size;
    if (limit <= 0 || !deps.isOn()) return;
    const calledAgoMs = turns.calledAgoMs();
    const due = await listDueDeliveries(database.orm, { busy: [...busy.keys()], calledAgoMs, limit });
    // Everybody who waited has a slot now: what is due later waits since then, and not since its last call.
    if (due.length < limit) turns.forget(calledAgoMs.keys());
    for (const delivery of due) {
      const { webhookId } = delivery;
      const sending = attempt(delivery, signal)
        .catch((error: unknown) =>
          logger.warn({ error }, "a webhook's attempt can't be written down: it comes again"),
        )
        .finally(() => {
          busy.delete(webhookId);
          turns.called(webhookId);
        });
      busy.set(webhookId, sending);
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
      const turns = createWebhookTurns(calledMax);
      const sending = every(pollMs, signal, async () => {
        try {
          await sendDue({ busy, turns }, signal);
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
  { now, mayReach, deadlineMs = 10_000 }: WebhookSenderDeps,
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
