import { afterAll, beforeAll, expect, test } from "bun:test";
import { connectNats, createLogger, createSettingsStore, settingLeadMs } from "@barrage/platform";
import { waitFor } from "@barrage/testkit";
import { danmaku } from "../testing/danmaku.ts";
import { startTestWorld, type TestNode, type TestWorld } from "../testing/test-world.ts";
import { watchSse } from "../testing/viewers.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
}, 30_000);
afterAll(() => world?.[Symbol.asyncDispose]());

async function openStore() {
  const logger = createLogger({ name: "test", level: "silent" });
  const link = await connectNats({ url: world.nats.url, name: "test", logger });
  return { store: createSettingsStore({ link }), [Symbol.asyncDispose]: () => link.close() };
}

const by = { id: null, name: "operator test" };
const key = "limiter.desktopPerSecond";
const patient = { SILENCE_TICK_MS: "60000" };

test("a new budget holds on every node from the same event of the log, also for who resumes over it later, and nobody is disconnected", async () => {
  await using operator = await openStore();
  await using first = await world.node(patient);
  await using second = await world.node(patient);
  const room = await world.room();
  await using one = await watchSse(first.url, room, { query: "view=shown" });
  await using two = await watchSse(second.url, room, { query: "view=shown" });
  await waitFor(() => one.seen.isLive && two.seen.isLive);

  const { atMs, revision } = await operator.store.set({ key, value: 200, by });
  const changeMs = atMs + settingLeadMs;
  const heard = (node: TestNode) => node.settings.revision() >= revision;
  await waitFor(() => [first, second].every(heard));
  // A second before it, a second after it, by the log's own time: whatever this machine does meanwhile.
  for (let at = changeMs - 1_000; at < changeMs + 1_000; at += 10)
    await world.publish({ ...danmaku(room, `at ${at}`), at });
  const endSeq = await world.publish({ ...danmaku(room, "end", "host"), at: changeMs + 60_000 });
  await waitFor(() => [one, two].every(({ seen }) => seen.seqs.at(-1) === endSeq));

  const shown = one.seen.items.flatMap((item) => (item.kind === "event" ? [item.event.at] : []));
  const before = shown.filter((at) => at < changeMs);
  // The window that is open then ends with its own settings, and so does what it makes of the next one.
  const after = shown.filter((at) => at >= changeMs + 300 && at < changeMs + 1_000);
  expect(before.length).toBeLessThanOrEqual(60);
  expect(after).toHaveLength(70);
  expect(two.seen.seqs).toEqual(one.seen.seqs);
  expect(one.seen.controls("goodbye")).toEqual([]);

  // A node that is new to all of it decides the past as they did.
  await using third = await world.node(patient);
  const since = `since=${world.log.epoch()}-${one.seen.seqs[20]}`;
  await waitFor(() => heard(third));
  await using late = await watchSse(third.url, room, { query: `${since}&view=shown` });
  await waitFor(() => late.seen.seqs.at(-1) === endSeq);
  expect(late.seen.seqs).toEqual(one.seen.seqs.slice(21));
}, 60_000);

test("limits on connections hold from the moment that a node hears of them; who is in stays in", async () => {
  await using operator = await openStore();
  await using node = await world.node();
  const room = await world.room();
  await using inside = await watchSse(node.url, room);
  await waitFor(() => inside.seen.isLive);
  await operator.store.set({ key: "realtime.connectionsMax", value: 1, by });
  await waitFor(async () => {
    const { status } = await fetch(`${node.url}/rooms/${room}/events`);
    return status === 503;
  });
  await world.say(room, "still here");
  await waitFor(() => inside.seen.texts.includes("still here"));
  await operator.store.set({ key: "realtime.connectionsMax", value: null, by });
}, 30_000);
