import { describe, expect, test } from "bun:test";
import { createHealth } from "../lifecycle/health.ts";
import { createMeters } from "./meters.ts";
import { watchProcess } from "./watch-process.ts";

describe("meters", () => {
  test("a gauge that can't be read, or hangs, leaves itself out, is counted, and costs no other its place", async () => {
    const meters = createMeters({ readMsMax: 20 });
    let broken = false;
    meters.gauge({
      name: "barrage_test_lag_events",
      help: "h",
      labels: ["consumer"],
      read(set) {
        if (broken) throw new Error("no server");
        set(3, { consumer: "archive" });
      },
    });
    meters.gauge({ name: "barrage_test_hangs", help: "h", read: () => new Promise<void>(() => undefined) });
    meters.counter({ name: "barrage_test_total", help: "h" }).add(2);
    expect(await meters.render()).toContain('barrage_test_lag_events{consumer="archive"} 3');
    broken = true;
    const text = await meters.render();
    expect(text).not.toContain("archive");
    expect(text).not.toMatch(/^barrage_test_hangs \d/m);
    expect(text).toMatch(/^barrage_test_total 2$/m);
    // The counter of a scrape is written before its gauges are read.
    const after = await meters.render();
    for (const gauge of ["barrage_test_lag_events", "barrage_test_hangs"])
      expect(after).toMatch(new RegExp(`barrage_gauge_failures_total\\{gauge="${gauge}"\\} [1-9]`));
  });

  test("a process tells its memory, its processor time and its event loop's delay, and nothing that V8 alone has", async () => {
    const meters = createMeters();
    const watching = watchProcess(meters);
    const text = await meters.render();
    await watching.stop(AbortSignal.timeout(1_000));
    expect(text).toMatch(/^process_resident_memory_bytes [1-9]/m);
    expect(text).toMatch(/^process_cpu_seconds_total /m);
    expect(text).toMatch(/^barrage_event_loop_delay_seconds_bucket/m);
    expect(text).not.toMatch(/heap_space|process_heap|eventloop_lag/);
  });
});

test("ready is what it says: not before the start, not without what is needed, not while stopping", async () => {
  const health = createHealth();
  let connected = true;
  health.require("nats", () => connected);
  const answer = async () => {
    const response = health.respond("/readyz");
    return [response?.status, await response?.text()];
  };
  expect(await answer()).toEqual([503, "not ready: the start or the end"]);
  health.setReady(true);
  expect(await answer()).toEqual([200, "ok"]);
  connected = false;
  expect(await answer()).toEqual([503, "not ready: nats"]);
  expect(health.respond("/livez")?.status).toBe(200);
  connected = true;
  health.setReady(false);
  expect((await answer())[0]).toBe(503);
});
