import { expect, test } from "bun:test";
import { FakeTimers } from "../testing/fake-timers.ts";
import { createLoadMeter } from "./load-meter.ts";

/** Nothing of what is added is forgotten within the test. */
const memoryMs = 1e9;

function scene() {
  const timers = new FakeTimers();
  const load = createLoadMeter({ now: timers.now, defer: timers.defer, memoryMs });
  const workedMs = () => Math.round(load.busyShare() * memoryMs);
  /** What the runtime does on its own between two turns of the loop. */
  const runtimeWorks = (durationMs: number) => timers.defer(() => timers.spend(durationMs), 0);
  return { timers, load, workedMs, runtimeWorks };
}

test("what the runtime was given to write counts as work, once it has written it", () => {
  const { timers, load, workedMs, runtimeWorks } = scene();
  load.add(5);
  load.addHandedOver();
  runtimeWorks(30);
  expect(workedMs()).toBe(5);
  timers.advance(0);
  expect(workedMs()).toBe(35);
});

test("several rooms that hand over in one turn count what follows once", () => {
  const { timers, load, workedMs, runtimeWorks } = scene();
  load.addHandedOver();
  timers.spend(10);
  load.add(10);
  load.addHandedOver();
  runtimeWorks(30);
  timers.advance(0);
  expect(workedMs()).toBe(40);
  load.addHandedOver();
  runtimeWorks(2);
  timers.advance(0);
  expect(workedMs()).toBe(42);
});
