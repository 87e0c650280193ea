import { expect, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import { createMicroBatcher } from "./micro-batcher.ts";

const limits = {
  windowMs: 5,
  batchMax: 3,
  runningMax: 1,
  waitingMax: 100,
  whenFull: "rate_limited",
  deadlineMs: 5_000,
} as const;

test("calls that come together go together, each with its own result, in batches of at most so many", async () => {
  const batches: number[][] = [];
  const batcher = createMicroBatcher({
    ...limits,
    async run(items: readonly number[]) {
      batches.push([...items]);
      return items.map((item) => item * 10);
    },
  });
  const results = await Promise.all([1, 2, 3, 4, 5].map((item) => batcher.add(item)));
  expect(results).toEqual([10, 20, 30, 40, 50]);
  expect(batches).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

test("what comes while a batch is under way waits for it, and goes together after it", async () => {
  const gate = Promise.withResolvers<void>();
  const batches: number[][] = [];
  const batcher = createMicroBatcher({
    ...limits,
    async run(items: readonly number[]) {
      batches.push([...items]);
      await gate.promise;
      return items;
    },
  });
  const first = batcher.add(1);
  await waitFor(() => batches.length === 1);
  const rest = [2, 3].map((item) => batcher.add(item));
  gate.resolve();
  await Promise.all([first, ...rest]);
  expect(batches).toEqual([[1], [2, 3]]);
});

test("a failed batch fails its own calls alone, and too many waiting are turned away", async () => {
  let fail = true;
  const batcher = createMicroBatcher({
    ...limits,
    waitingMax: 2,
    async run(items: readonly number[]) {
      if (fail) throw new Error("down");
      return items;
    },
  });
  const failing = [batcher.add(1), batcher.add(2)];
  expect(() => batcher.add(3)).toThrow(expect.objectContaining({ code: "rate_limited" }));
  expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  fail = false;
  expect(await batcher.add(4)).toBe(4);
});

test("a batch that hangs fails its calls in time and those that waited too long, and holds up nobody after them", async () => {
  const batches: number[][] = [];
  const batcher = createMicroBatcher({
    ...limits,
    deadlineMs: 50,
    async run(items: readonly number[]) {
      batches.push([...items]);
      return items.includes(1) ? new Promise<readonly number[]>(() => {}) : items;
    },
  });
  const late = {
    status: "rejected",
    reason: { code: "database_unavailable", retryAfterMs: expect.any(Number) },
  };
  // The first two batches hang, one after the other; by then the last of these has waited for too long.
  const hanging = Promise.allSettled([1, 2, 3, 1, 5, 6, 7].map((item) => batcher.add(item)));
  expect(await hanging).toMatchObject(Array.from({ length: 7 }, () => late));
  expect(batches.length).toBeLessThanOrEqual(2);
  expect(batches.flat()).not.toContain(7);
  expect(await batcher.add(8)).toBe(8);
});
