import { randomBytes } from "node:crypto";
import { newId } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { createWebhooksService, type WebhooksService } from "./features/webhooks/webhooks-service.ts";
import type { Infrastructure } from "./infrastructure.ts";

/** Twenty changes at once, then one in three seconds. */
const changeRule = { capacity: 20, refillMs: 3_000 };

/** Wires up what `webhooks.*` needs. */
export function composeWebhooks({ database, rateLimiter }: Infrastructure): WebhooksService {
  return createWebhooksService({
    database,
    newId,
    randomBytes,
    async takeChange(userId) {
      const { allowed, retryAfterMs } = await rateLimiter.take(`change-webhook:${userId}`, changeRule);
      if (!allowed) throw new AppError("rate_limited", { retryAfterMs });
    },
  });
}
