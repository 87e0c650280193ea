import { expect, test } from "bun:test";
import { createHistogram } from "../crowd/histogram.ts";
import { StayingCrowd } from "./staying-crowd.ts";

/** A viewer that sees what it is told, and whose connection goes when it is told. */
function viewer() {
  const ended = Promise.withResolvers<void>();
  let events = 0;
  let isOpen = true;
  return {
    see: (count: number) => {
      events += count;
    },
    ended,
    isOpen: () => isOpen,
    reader: {
      ended: ended.promise,
      say: () => {},
      close: () => {
        isOpen = false;
        ended.reject(new Error("closed"));
      },
    },
    finish: () => ({ error: createHistogram(), gapError: createHistogram(), events }),
  };
}

function crowdOf(count: number) {
  const crowd = new StayingCrowd();
  const viewers = Array.from({ length: count }, viewer);
  for (const one of viewers) crowd.add(one);
  return { crowd, viewers };
}

test("viewers that see what is due are counted from the stretch's beginning, and let go", () => {
  const { crowd, viewers } = crowdOf(2);
  viewers[0]?.see(3);
  expect(crowd.waiting()).toBe(1);
  viewers[1]?.see(7);
  crowd.begin();
  for (const one of viewers) one.see(95);
  expect(crowd.finish(100).events).toBe(190);
  expect(viewers.map((one) => one.isOpen())).toEqual([false, false]);
});

test.each([
  ["is cut off", (one: ReturnType<typeof viewer>) => one.ended.reject(new Error("gone"))],
  ["comes to an end", (one: ReturnType<typeof viewer>) => one.ended.resolve()],
] as const)("a viewer that %s before it is let go is an error, whatever it has seen", async (_, leave) => {
  const { crowd, viewers } = crowdOf(2);
  crowd.begin();
  for (const one of viewers) one.see(100);
  const [first] = viewers;
  if (first !== undefined) leave(first);
  await Bun.sleep(0);
  expect(() => crowd.requireAll()).toThrow("cut off");
  expect(() => crowd.finish(100)).toThrow("cut off");
});

test("a viewer that sees clearly less than what is due is an error", () => {
  const { crowd, viewers } = crowdOf(2);
  for (const one of viewers) one.see(500);
  crowd.begin();
  viewers[0]?.see(100);
  viewers[1]?.see(50);
  expect(() => crowd.finish(100)).toThrow("50 events where 100 were due");
});
