/** Who was called when, so that slots go round. */
export interface WebhookTurns {
  /** Notes that an attempt has just ended. */
  called(webhookId: string): void;
  /** How long ago the last attempts ended, the longest ago first. */
  calledAgoMs(): ReadonlyMap<string, number>;
  /** Forgets these. */
  forget(webhookIds: Iterable<string>): void;
}

/**
 * Remembers the last `max` that were called. Lost with the process: then everybody has at most one turn too many.
 */
export function createWebhookTurns(max: number): WebhookTurns {
  /** In the order of the calls. */
  const endedAtMs = new Map<string, number>();
  return {
    called(webhookId) {
      endedAtMs.delete(webhookId);
      endedAtMs.set(webhookId, performance.now());
      const [oldest] = endedAtMs.keys();
      if (endedAtMs.size > max && oldest !== undefined) endedAtMs.delete(oldest);
    },
    calledAgoMs() {
      const nowMs = performance.now();
      return new Map([...endedAtMs].map(([id, atMs]) => [id, nowMs - atMs]));
    },
    forget(webhookIds) {
      for (const id of webhookIds) endedAtMs.delete(id);
    },
  };
}
