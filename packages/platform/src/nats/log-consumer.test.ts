import { describe, expect, test } from "bun:test";
import { seededRandom, startTestNats, waitFor } from "@barrage/testkit";
import { newId } from "../ids/new-id.ts";
import { openTestLog, roomEvent } from "../testing/open-test-log.ts";
import type { ConsumedEntry, RoomLog } from "./room-log.ts";

const settings = { durable: "archive", batchMax: 20, ackWaitMs: 30_000 };

async function publishMany(log: RoomLog, count: number): Promise<void> {
  const room = newId();
  for (let index = 0; index < count; index++) {
    await log.publish(roomEvent(room, index), { messageId: newId() });
  }
}

function oneTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

/** Consumes until `seqs` says that it is enough, as one life of a worker. */
function consumeUntil(log: RoomLog, isEnough: (seqs: readonly number[]) => boolean) {
  const abort = new AbortController();
  const seqs: number[] = [];
  const ended = log.consume({
    ...settings,
    signal: abort.signal,
    onBatch: async (entries) => {
      seqs.push(...entries.map(({ seq }) => seq));
      if (isEnough(seqs)) abort.abort();
    },
  });
  return { seqs, ended, abort };
}

describe("room log: consume", () => {
  test("works through everything once and in order, in bounded batches, and goes on where it stopped", async () => {
    await using nats = await startTestNats();
    await using opened = await openTestLog(nats.url);
    const { log } = opened;
    await publishMany(log, 50);
    const batches: number[] = [];
    const entries: ConsumedEntry[] = [];
    const abort = new AbortController();
    const ended = log.consume({
      ...settings,
      signal: abort.signal,
      onBatch: async (batch) => {
        batches.push(batch.length);
        entries.push(...batch);
      },
    });
    await waitFor(() => entries.length === 50);
    await publishMany(log, 5);
    await waitFor(() => entries.length === 55);
    abort.abort();
    await ended;
    expect(entries.map(({ seq }) => seq)).toEqual(oneTo(55));
    expect(Math.max(...batches)).toBeLessThanOrEqual(20);
    expect(entries.every(({ epoch, roomId }) => epoch === log.epoch() && roomId.length === 25)).toBe(true);

    await publishMany(log, 3);
    const next = consumeUntil(log, (seqs) => seqs.length >= 3);
    await next.ended;
    expect(next.seqs).toEqual([56, 57, 58]);
  }, 20_000);

  test("a batch that fails comes again before anything newer, then counts as done", async () => {
    await using nats = await startTestNats();
    await using opened = await openTestLog(nats.url);
    await publishMany(opened.log, 30);
    const tries: (readonly [number, number])[] = [];
    const abort = new AbortController();
    await opened.log.consume({
      ...settings,
      signal: abort.signal,
      onBatch: async (entries) => {
        tries.push([entries[0]?.seq ?? 0, entries.length]);
        if (tries.length <= 2) throw new Error("database is down");
        if (tries.length === 4) abort.abort();
      },
    });
    expect(tries).toEqual([
      [1, 20],
      [1, 20],
      [1, 20],
      [21, 10],
    ]);
  }, 20_000);

  test("what a crashed process had in hand comes first and at once, in order, also when it was less than a batch", async () => {
    await using nats = await startTestNats();
    await using sender = await openTestLog(nats.url);
    await publishMany(sender.log, 7);
    {
      // A life that ends by losing its connection in the middle of a batch.
      await using crashing = await openTestLog(nats.url);
      const inHand = Promise.withResolvers<void>();
      const never = Promise.withResolvers<void>();
      void crashing.log.consume({
        ...settings,
        signal: new AbortController().signal,
        onBatch: async () => {
          inHand.resolve();
          await never.promise;
        },
      });
      await inHand.promise;
      await crashing.link.connection.close();
    }
    await publishMany(sender.log, 30);
    const next = consumeUntil(sender.log, (seqs) => seqs.length >= 37);
    // ackWaitMs is 30 s: only the take-over can be this fast.
    await waitFor(() => next.seqs.length === 37, { deadlineMs: 5_000 });
    await next.ended;
    expect(next.seqs).toEqual(oneTo(37));
  }, 20_000);

  test("nothing is lost or out of order over server crashes and lost consumers (seeded)", async () => {
    await using nats = await startTestNats();
    await using sender = await openTestLog(nats.url);
    await using opened = await openTestLog(nats.url);
    const random = seededRandom();
    const { log } = opened;
    const life = consumeUntil(log, () => false);
    let published = 0;
    for (let round = 0; round < 4; round++) {
      await publishMany(sender.log, 60);
      published += 60;
      if (random.chance(0.5)) {
        await nats.kill();
        await nats.start();
      } else {
        const jsm = await sender.link.connection.jetstreamManager();
        await waitFor(() => jsm.consumers.delete("ROOMS", settings.durable));
      }
    }
    await publishMany(sender.log, 10);
    published += 10;
    await waitFor(() => life.seqs.length >= published, { deadlineMs: 15_000 });
    life.abort.abort();
    await life.ended;
    // This process remembers what it handled: a consumer that was made anew brings nothing twice.
    expect(life.seqs).toEqual(oneTo(published));
  }, 40_000);

  test("a stream that was made anew is read from its beginning, under its new epoch", async () => {
    await using nats = await startTestNats();
    await using opened = await openTestLog(nats.url);
    const { log, link } = opened;
    const before = log.epoch();
    const seen: string[] = [];
    const abort = new AbortController();
    const ended = log.consume({
      ...settings,
      signal: abort.signal,
      onBatch: async (entries) => {
        seen.push(...entries.map(({ epoch, seq }) => `${epoch}-${seq}`));
      },
    });
    await publishMany(log, 3);
    await waitFor(() => seen.length === 3);
    await (await link.connection.jetstreamManager()).streams.delete("ROOMS");
    await waitFor(() => log.epoch() !== before);
    await publishMany(log, 2);
    await waitFor(() => seen.length === 5, { deadlineMs: 15_000 });
    abort.abort();
    await ended;
    const after = log.epoch();
    expect(seen).toEqual([`${before}-1`, `${before}-2`, `${before}-3`, `${after}-1`, `${after}-2`]);
  }, 30_000);

  test("a nearly full log is trimmed, but never of what the consumer has yet to acknowledge", async () => {
    await using nats = await startTestNats();
    await using opened = await openTestLog(nats.url, { bytesMax: 40_000 });
    const { log } = opened;
    const options = { durable: settings.durable, whenFull: 0.5, keep: 0.25 };
    await publishMany(log, 20);
    expect(await log.trim(options)).toBe(0);
    await publishMany(log, 100);
    expect(await log.trim(options)).toBe(0);
    const life = consumeUntil(log, (seqs) => seqs.length >= 20);
    await life.ended;
    expect(await log.trim(options)).toBe(20);
    expect((await log.bounds()).firstSeq).toBe(21);
    const rest = consumeUntil(log, (seqs) => seqs.length >= 100);
    await rest.ended;
    expect(rest.seqs[0]).toBe(21);
    expect(await log.trim(options)).toBeGreaterThan(0);
    const { firstSeq, lastSeq } = await log.bounds();
    expect(lastSeq - firstSeq).toBeGreaterThan(20);
    expect(await log.trim(options)).toBe(0);
  }, 20_000);
});
