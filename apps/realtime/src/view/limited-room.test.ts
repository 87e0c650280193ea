import { afterAll, beforeAll, expect, test } from "bun:test";
import { busTopics, type LimiterReport } from "@barrage/platform";
import { seededRandom, waitFor } from "@barrage/testkit";
import { accountedBy, choiceOf, crowdEvents, publishAll, readWhole, shownTo } from "../testing/crowd.ts";
import { danmaku } from "../testing/danmaku.ts";
import { startTestWorld, type TestWorld } from "../testing/test-world.ts";
import { watchSse, watchWs } from "../testing/viewers.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
}, 30_000);
afterAll(() => world[Symbol.asyncDispose]());

const startMs = 1_800_000_000_000;
const deadline = { deadlineMs: 40_000 };

test("in a crowd all nodes, formats and resumed viewers show the limiter's choice, and every event is accounted for", async () => {
  const random = seededRandom();
  // No silence is long enough on a busy machine to be decided by the clock: the log alone decides.
  const patient = { SILENCE_TICK_MS: "60000" };
  await using first = await world.node(patient);
  await using second = await world.node(patient);
  const room = await world.room();
  await using one = await watchSse(first.url, room, { query: "view=shown" });
  await using two = await watchWs(second.url, room, { query: "budget=desktop" });
  await using small = await watchWs(first.url, room, { query: "budget=39" });
  const live = [one, two, small];
  await waitFor(() => live.every(({ seen }) => seen.isLive));

  await publishAll(world.log, crowdEvents(random, { room, seconds: 6, perSecond: 2_000, startMs }));
  // The event after the crowd ends its last window on every node.
  await world.publish({ ...danmaku(room, "later", "host"), at: startMs + 60_000 });
  const stored = await readWhole(world.log, room);
  const last = stored.at(-1)?.seq ?? 0;
  await waitFor(() => live.every(({ seen }) => seen.seqs.at(-1) === last), deadline);

  const [choice, smallChoice] = [choiceOf(room, stored, 40), choiceOf(room, stored, 15)];
  expect(choice.length).toBeLessThan(stored.length / 5);
  expect(choice.filter((shown) => !shown.endsWith("×1")).length).toBeGreaterThan(10);
  expect(smallChoice.length).toBeLessThan(choice.length);
  expect(shownTo(one.seen)).toEqual(choice);
  expect(shownTo(two.seen)).toEqual(choice);
  expect(shownTo(small.seen)).toEqual(smallChoice);
  for (const { seen } of live) expect(accountedBy(seen)).toBe(stored.length);

  // From a node that was there, one that opens the room only now, and from in between two runs.
  await using third = await world.node(patient);
  const cut = one.seen.seqs[Math.floor(one.seen.seqs.length / 2)] ?? 0;
  const since = `since=${world.log.epoch()}-${cut}`;
  for (const [node, watch] of [
    [first, watchSse],
    [third, watchWs],
    [third, watchSse],
  ] as const) {
    await using resumed = await watch(node.url, room, { query: `${since}&view=shown` });
    await waitFor(() => resumed.seen.isLive, deadline);
    expect(resumed.seen.controls("reset")).toEqual([]);
    expect(shownTo(resumed.seen)).toEqual(choice.filter((shown) => Number.parseInt(shown) > cut));
    const before = one.seen.items.findIndex((item) => item.kind === "event" && item.seq === cut);
    // What is told right behind the event it resumes from was told before.
    const rest = one.seen.items
      .slice(before + 1)
      .filter((item) => item.kind === "event" || item.frame.type === "skipped");
    const told = resumed.seen.items.filter((item) => item.kind === "event" || item.frame.type === "skipped");
    expect(told).toEqual(rest);
  }
  expect(third.metrics.value("log_pages")).toBeGreaterThan(0);
}, 120_000);

test("what a crowd said last is decided by the silence after it, and administrators see what was shown and left out", async () => {
  const random = seededRandom();
  await using node = await world.node();
  const room = await world.room();
  await using viewer = await watchSse(node.url, room, { query: "view=shown" });
  await waitFor(() => viewer.seen.isLive);
  const reports: LimiterReport[] = [];
  using listening = new DisposableStack();
  listening.defer(
    world.bus.listen(busTopics.process, ({ details }) => {
      reports.push(...(details?.realtime?.rooms.find(({ id }) => id === room)?.limiter ?? []));
    }),
  );
  // Rates need a report to count from.
  await waitFor(() => reports.length > 0);
  expect(reports[0]).toEqual({ view: "desktop", budgetPerS: 40, shownPerS: 0, skippedPerS: 0 });
  const events = crowdEvents(random, { room, seconds: 1, perSecond: 2_000, startMs });
  await publishAll(world.log, events);
  await waitFor(() => accountedBy(viewer.seen) === events.length, deadline);
  expect(viewer.seen.seqs.length).toBeLessThan(events.length / 5);
  await waitFor(() => {
    const busy = reports.filter(({ shownPerS, skippedPerS }) => shownPerS > 0 && skippedPerS > shownPerS);
    return busy.length > 0;
  }, deadline);
}, 60_000);

test("the limits of a room change with the event that says so", async () => {
  await using node = await world.node({ SILENCE_TICK_MS: "60000" });
  const room = await world.room();
  await using viewer = await watchSse(node.url, room, { query: "view=shown" });
  await waitFor(() => viewer.seen.isLive);
  const face = {
    title: "t",
    description: "",
    visibility: "public",
    slowModeMs: 0,
    followersOnly: false,
  } as const;
  const say = (at: number) => ({ ...danmaku(room, `at ${at}`), at });
  const limits = { desktopPerSecond: 200, smallPerSecond: 15 };
  const updated = {
    v: 1,
    room,
    at: startMs + 950,
    type: "room.updated",
    data: { face: { ...face, limits } },
  } as const;
  for (let at = startMs; at < startMs + 900; at += 10) await world.publish(say(at));
  await world.publish(updated);
  for (let at = startMs + 2_000; at < startMs + 2_900; at += 10) await world.publish(say(at));
  await world.publish({ ...danmaku(room, "end", "host"), at: startMs + 60_000 });
  await waitFor(() => viewer.seen.texts.at(-1) === "end");
  const shown = (from: number, to: number) =>
    viewer.seen.items.filter(
      (item) => item.kind === "event" && item.event.at >= startMs + from && item.event.at < startMs + to,
    ).length;
  expect(shown(0, 900)).toBeLessThanOrEqual(40);
  expect(shown(2_000, 2_900)).toBe(90);

  // A node that opens a room after that has read its limits in its state.
  const calm = await world.room({ limits });
  await using late = await watchSse(node.url, calm, { query: "view=shown" });
  await waitFor(() => late.seen.isLive);
  for (let at = startMs; at < startMs + 900; at += 10)
    await world.publish({ ...danmaku(calm, `at ${at}`), at });
  await waitFor(() => late.seen.seqs.length === 90);
}, 30_000);
