import { expect, test } from "bun:test";
import { FakeTimers } from "../testing/fake-timers.ts";
import { Batcher } from "./batcher.ts";
import { createLoadMeter } from "./load-meter.ts";

function scene(flushCostMs: number) {
  const timers = new FakeTimers();
  const load = createLoadMeter(timers);
  const flushedAtMs: number[] = [];
  const batcher = new Batcher({
    load,
    timers,
    tickMsMax: () => 25,
    flush: () => {
      flushedAtMs.push(timers.now());
      timers.advance(flushCostMs);
    },
  });
  return { timers, load, batcher, flushedAtMs };
}

test("on a quiet node an event is written in the next turn of the loop", () => {
  const { timers, batcher, flushedAtMs } = scene(0);
  for (const atMs of [0, 100, 200]) {
    timers.advance(atMs - timers.now());
    batcher.request();
    timers.advance(0);
  }
  expect(flushedAtMs).toEqual([0, 100, 200]);
});

test("requests before the tick share one flush", () => {
  const { timers, batcher, flushedAtMs } = scene(0);
  for (let count = 0; count < 10; count++) batcher.request();
  timers.advance(25);
  expect(flushedAtMs).toHaveLength(1);
});

test("the busier the node, the longer events gather, and never longer than the tick", () => {
  const { timers, load, batcher, flushedAtMs } = scene(8);
  for (let step = 0; step < 2_000; step++) {
    batcher.request();
    timers.advance(1);
  }
  const waits = flushedAtMs.slice(1).map((atMs, index) => atMs - (flushedAtMs[index] ?? 0) - 8);
  expect(Math.max(...waits)).toBeLessThanOrEqual(26);
  expect(waits.at(-1)).toBeGreaterThan(5);
  expect(load.busyShare()).toBeLessThan(0.6);
});

test("a busy neighbour makes a small room wait too: the node is one", () => {
  const { timers, load, batcher, flushedAtMs } = scene(0);
  batcher.request();
  timers.advance(0);
  load.add(200);
  batcher.request();
  timers.advance(24);
  expect(flushedAtMs).toHaveLength(1);
  timers.advance(1);
  expect(flushedAtMs).toHaveLength(2);
});

test("a batcher that was closed flushes nothing more", () => {
  const { timers, batcher, flushedAtMs } = scene(0);
  batcher.request();
  batcher.close();
  timers.advance(100);
  expect(flushedAtMs).toEqual([]);
});
