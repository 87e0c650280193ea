/** The events of a room that webhooks may be told of. */
export const webhookEvents = ["room.started", "room.ended", "lottery.drawn", "recording.ready"] as const;

/** An event that webhooks may be told of. */
export type WebhookEvent = (typeof webhookEvents)[number];

/** Whether webhooks may be told of events of this type. */
export function isWebhookEvent(type: string): type is WebhookEvent {
  return webhookEvents.some((event) => event === type);
}

/** How long to wait after the nth failed attempt; then it is given up. About a day in all. */
const waitsMs = [
  10_000,
  60_000,
  5 * 60_000,
  30 * 60_000,
  2 * 3_600_000,
  6 * 3_600_000,
  12 * 3_600_000,
] as const;

/** When to try again after `attempts` failures, in milliseconds; null: not again. `random` is in [0, 1). */
export function webhookRetryMs(attempts: number, random: () => number): number | null {
  const waitMs = waitsMs[attempts - 1];
  // Spread by a fifth: receivers that were down together are not all called in the same second.
  return waitMs === undefined ? null : Math.round(waitMs * (0.9 + 0.2 * random()));
}
