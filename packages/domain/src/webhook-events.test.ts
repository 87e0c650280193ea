import { expect, test } from "bun:test";
import { isWebhookEvent, webhookRetryMs } from "./webhook-events.ts";

test("each failure waits longer than the one before, for about a day in all, and then it is given up", () => {
  for (const random of [0, 0.5, 0.999]) {
    const waits: number[] = [];
    for (let attempts = 1; ; attempts++) {
      const waitMs = webhookRetryMs(attempts, () => random);
      if (waitMs === null) break;
      waits.push(waitMs);
    }
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    const hours = waits.reduce((sum, waitMs) => sum + waitMs, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(18);
    expect(hours).toBeLessThan(26);
  }
});

test("what viewers say is no webhook event", () => {
  expect(isWebhookEvent("room.started")).toBe(true);
  expect(isWebhookEvent("danmaku.sent")).toBe(false);
});
