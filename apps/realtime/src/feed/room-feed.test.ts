import { expect, test } from "bun:test";
import { createLogger } from "@barrage/platform";
import type { ResetReason } from "@barrage/protocol";
import { FakeLog } from "../testing/fake-log.ts";
import { FakeTimers } from "../testing/fake-timers.ts";
import type { FeedStart } from "./feed-start.ts";
import { RoomFeed } from "./room-feed.ts";

const room = "room0000";
const json = new TextEncoder().encode("{}");

interface SceneOptions {
  readonly prefillCount?: number;
  readonly waitingMax?: number;
  /** Called before the feed opens. */
  readonly prepare?: (log: FakeLog) => void;
}

async function openScene({ prefillCount = 0, waitingMax = 100, prepare }: SceneOptions = {}) {
  const log = new FakeLog();
  const timers = new FakeTimers();
  prepare?.(log);
  const got = { seqs: [] as number[], verified: 0, resets: [] as [ResetReason, FeedStart][], repairs: 0 };
  const logger = createLogger({ name: "test", level: "silent" });
  const opening = RoomFeed.open(room, {
    deps: { log, logger, timers, random: () => 0.5, onRepair: () => got.repairs++ },
    options: { tailCheckMs: 1_000, prefill: { count: prefillCount, spanMs: 0 }, waitingMax },
    handlers: {
      onEntries: (entries) => void got.seqs.push(...entries.map(({ seq }) => seq)),
      onVerified: (seq) => (got.verified = seq),
      onReset: (reason, start) => void got.resets.push([reason, start]),
    },
  });
  /** Answers every question, and those that follow. */
  async function answerAll(): Promise<void> {
    for (let quiet = 0; quiet < 5; ) {
      quiet = log.questionCount === 0 ? quiet + 1 : 0;
      log.answer();
      await Bun.sleep(0);
    }
  }
  await answerAll();
  const { feed, start } = await opening;
  const deliverAll = () => {
    while (log.wireLength > 0) log.deliver();
  };
  return { log, timers, feed, start, got, answerAll, deliverAll };
}

const publish = (log: FakeLog, count = 1) => Array.from({ length: count }, () => log.publish(room, json));

test("the start holds the newest events, however thinly they lie among those of other rooms", async () => {
  const seqs: number[] = [];
  const prepare = (log: FakeLog) => {
    for (let count = 0; count < 3_000; count++) {
      if (count % 100 === 0) seqs.push(...publish(log));
      else log.publish("room0001", json);
    }
  };
  const { start } = await openScene({ prefillCount: 20, prepare });
  expect(start.entries.map(({ seq }) => seq)).toEqual(seqs.slice(-20));
  expect(start.floorSeq).toBeLessThan(seqs.at(-20) ?? 0);
  expect(start.floorSeq).toBeGreaterThanOrEqual(seqs.at(-21) ?? 0);
  expect(start.headSeq).toBe(3_000);
});

test("what is stored while the feed opens is delivered after the start, once", async () => {
  const { log, feed, start, got, answerAll, deliverAll } = await openScene({
    prepare: (log) => void publish(log, 3),
  });
  const [first] = publish(log);
  deliverAll();
  expect(got.seqs).toEqual([]);
  feed.begin();
  await answerAll();
  expect(start.headSeq).toBe(3);
  expect(got.seqs).toEqual(first === undefined ? [] : [first]);
});

test("a hole is filled from the log before anything newer is delivered", async () => {
  const { log, feed, got, answerAll, deliverAll } = await openScene({ prepare: (log) => void publish(log) });
  log.drop();
  feed.begin();
  publish(log, 2);
  deliverAll();
  publish(log, 3);
  log.drop();
  log.drop();
  deliverAll();
  expect(got.seqs).toEqual([2, 3]);
  publish(log);
  deliverAll();
  await answerAll();
  expect(got.seqs).toEqual([2, 3, 4, 5, 6, 7]);
  expect(got.repairs).toBe(1);
});

test("what comes twice or out of order is delivered once and in order", async () => {
  const { log, feed, got, answerAll, deliverAll } = await openScene({ prepare: (log) => void publish(log) });
  log.drop();
  feed.begin();
  publish(log, 4);
  log.repeat();
  log.deliver();
  log.deliver();
  log.swap();
  deliverAll();
  await answerAll();
  expect(got.seqs).toEqual([2, 3, 4, 5]);
});

test("a loss after which nothing came is found by the tail check", async () => {
  const { log, timers, feed, got, answerAll } = await openScene();
  feed.begin();
  publish(log, 2);
  log.drop();
  log.drop();
  timers.advance(1_500);
  await answerAll();
  expect(got.seqs).toEqual([1, 2]);
});

test("an outage ends with everything that was stored meanwhile", async () => {
  const { log, timers, feed, got, answerAll } = await openScene();
  feed.begin();
  publish(log, 5);
  log.interrupt();
  for (let failures = 0; failures < 4; failures++) {
    await Bun.sleep(0);
    log.fail();
    await Bun.sleep(0);
    timers.advance(5_000);
  }
  await answerAll();
  expect(got.seqs).toEqual([1, 2, 3, 4, 5]);
});

test("more than may wait during a repair is read from the log instead", async () => {
  const { log, feed, got, answerAll, deliverAll } = await openScene({
    waitingMax: 10,
    prepare: (log) => void publish(log),
  });
  log.drop();
  feed.begin();
  publish(log, 2);
  log.drop();
  publish(log, 500);
  deliverAll();
  await answerAll();
  expect(got.seqs).toEqual(Array.from({ length: 502 }, (_, index) => index + 2));
});

test("a stream that was made anew is told as a reset, and nothing of the old one follows", async () => {
  const { log, feed, got, answerAll, deliverAll } = await openScene({
    prepare: (log) => void publish(log, 9),
  });
  feed.begin();
  log.recreate();
  publish(log, 2);
  deliverAll();
  await answerAll();
  expect(got.resets).toMatchObject([["epoch", { epoch: "e2" }]]);
  const [, start] = got.resets[0] ?? [];
  expect([...(start?.entries.map(({ seq }) => seq) ?? []), ...got.seqs]).toEqual(
    start?.headSeq === 2 ? [] : [1, 2],
  );
});

test("events that were trimmed before they were seen are told as a reset", async () => {
  const { log, timers, feed, got, answerAll } = await openScene();
  feed.begin();
  publish(log, 6);
  for (let count = 0; count < 6; count++) log.drop();
  log.trim(4);
  timers.advance(1_500);
  await answerAll();
  expect(got.resets).toMatchObject([["trimmed", { headSeq: 6 }]]);
});

test("events trimmed while the log is being read are no silent gap", async () => {
  const { log, timers, feed, got, answerAll } = await openScene();
  feed.begin();
  publish(log, 6);
  for (let count = 0; count < 6; count++) log.drop();
  timers.advance(1_500);
  // The question for the page is out; the log is trimmed before it is answered.
  log.trim(4);
  await answerAll();
  expect(got.resets).toMatchObject([["trimmed", { headSeq: 6 }]]);
  expect(got.seqs).toEqual([]);
});

test("an event without a predecessor in the log is not taken for the next one", async () => {
  const { log, feed, got, answerAll, deliverAll } = await openScene({
    prepare: (log) => void publish(log, 2),
  });
  while (log.wireLength > 0) log.drop();
  feed.begin();
  publish(log, 2);
  log.drop();
  log.drop();
  // All before it is gone, so its predecessor is unknown: two events were missed.
  log.trim(5);
  publish(log);
  deliverAll();
  await answerAll();
  expect(got.resets).toMatchObject([["trimmed", {}]]);
});

test("a closed feed delivers nothing more", async () => {
  const { log, timers, feed, got, answerAll, deliverAll } = await openScene();
  feed.begin();
  await feed.close();
  publish(log, 3);
  deliverAll();
  timers.advance(10_000);
  await answerAll();
  expect(got.seqs).toEqual([]);
});
