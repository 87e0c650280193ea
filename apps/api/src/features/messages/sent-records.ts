import type { VolatileStore } from "@barrage/platform";
import { AppError, cursorSchema, idSchema } from "@barrage/protocol";
import { z } from "zod";
import { createExpiringMap } from "../../room-access/expiring-map.ts";

/** The answer to a send. */
export const sentSchema = z.object({ id: idSchema, cursor: cursorSchema, at: z.int() });

/** The answer to a send: its id, its place in the room log, and when it was accepted. */
export type Sent = z.infer<typeof sentSchema>;

const recordSchema = z.object({
  /** Of what was sent. */
  digest: z.string(),
  /** Null while it is still on its way. */
  sent: sentSchema.nullable(),
});

/** The right to send a message, held by one request on one node. */
export interface SendClaim {
  /** What was answered before, when the message was sent already: then there is nothing to settle. */
  readonly sent: Sent | null;
  /** It was sent: the same key gets this answer from now on. */
  settle(sent: Sent): Promise<void>;
  /** It was not: the next request with this key may try. */
  abandon(): Promise<void>;
}

/** What was sent in the last minutes, by message id. */
export interface SentRecords {
  /**
   * Claims a message. While another node is sending it, this waits for the outcome.
   * @throws AppError `key_reused` when the key was used for something else
   */
  claim(id: string, digest: string): Promise<SendClaim>;
  /** What was answered when a message was sent, as long as it is remembered. */
  find(id: string): Promise<Sent | undefined>;
}

interface SentRecordsDeps {
  readonly store: VolatileStore;
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => number;
}

/** As long as the room log drops duplicates: beyond it a key means nothing any more. */
const rememberedForMs = 10 * 60_000;
/** A send has its answer within 5 s; whoever claimed longer ago died with it. */
const claimedForMs = 6_000;
const pollMs = 20;
/** Each some 200 bytes. */
const ownEntriesMax = 20_000;

/**
 * Makes the records over the shared store. They only spare the sender a second charge, and the log a second look: with
 * the store empty or away the room log's own dedupe still stores every message once. What this node itself answered it
 * remembers without the store, too: a client that tries again during an outage of Redis is not charged for it.
 */
export function createSentRecords({ store, sleep, now }: SentRecordsDeps): SentRecords {
  const own = createExpiringMap<{ readonly digest: string; readonly sent: Sent }>({
    entriesMax: ownEntriesMax,
    now,
  });
  const keyOf = (id: string) => `sent:${id}`;

  function read(value: string | null): z.infer<typeof recordSchema> | undefined {
    return value === null ? undefined : recordSchema.parse(JSON.parse(value));
  }

  return {
    async claim(id, digest) {
      const key = keyOf(id);
      const pending = JSON.stringify({ digest, sent: null });
      for (let waitedMs = 0; ; waitedMs += pollMs) {
        const record = own.get(id) ?? read(await store.putIfAbsent(key, pending, claimedForMs));
        if (record !== undefined && record.digest !== digest) throw new AppError("key_reused");
        const waiting = record !== undefined && record.sent === null && waitedMs < claimedForMs;
        if (!waiting) {
          return {
            sent: record?.sent ?? null,
            settle: (sent) => {
              own.set(id, { digest, sent }, rememberedForMs);
              return store.put(key, JSON.stringify({ digest, sent }), rememberedForMs);
            },
            abandon: () => store.remove(key, pending),
          };
        }
        await sleep(pollMs);
      }
    },
    async find(id) {
      const record = own.get(id) ?? read(await store.get(keyOf(id)));
      return record?.sent ?? undefined;
    },
  };
}
