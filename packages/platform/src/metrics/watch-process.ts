import { collectDefaultMetrics } from "prom-client";
import type { Service } from "../lifecycle/service.ts";
import type { Meters } from "./meters.ts";

const sampleMs = 100;
const delayBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Of V8 or libuv alone, or of an address space that Bun reserves and does not use: they would mislead. */
const notOurs = /^(nodejs_(heap_space|active|gc|version|eventloop)|process_(heap|virtual))/;

/**
 * Meters what every process has: memory, processor time, open files, and how late its event loop is. The delay is a
 * histogram, so that it can be added up over nodes; it is sampled ten times a second, which costs an idle process
 * next to nothing.
 */
export function watchProcess(meters: Meters): Service {
  const { registry } = meters;
  // Its own delay monitor can't be stopped, and wakes an idle process 100 times a second unless told otherwise.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 10_000 });
  for (const { name } of registry.getMetricsAsArray()) {
    if (notOurs.test(name)) registry.removeSingleMetric(name);
  }
  const delay = meters.histogram({
    name: "barrage_event_loop_delay_seconds",
    help: "How much later than asked a timer was run",
    buckets: delayBuckets,
  });
  let dueMs = performance.now() + sampleMs;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    delay.add(Math.max(0, nowMs - dueMs) / 1_000);
    dueMs = nowMs + sampleMs;
  }, sampleMs);
  return { name: "process metrics", stop: () => clearInterval(timer) };
}
