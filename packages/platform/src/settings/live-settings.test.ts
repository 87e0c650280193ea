import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestNats, type TestNats, waitFor } from "@barrage/testkit";
import { createLogger } from "../log/create-logger.ts";
import { createMeters } from "../metrics/meters.ts";
import { connectNats } from "../nats/connect-nats.ts";
import { settingLeadMs } from "./known-settings.ts";
import { type LiveSettings, openLiveSettings } from "./live-settings.ts";
import { createSettingsStore } from "./settings-store.ts";

const logger = createLogger({ name: "test", level: "silent" });
const by = { id: null, name: "operator test" };

/** A process: its connection, what it knows of the settings, and its way to change them. */
async function openProcess(url: string) {
  const link = await connectNats({ url, name: "test", logger });
  const meters = createMeters();
  const defaults = { "limiter.smallPerSecond": 12 };
  const settings = await openLiveSettings({ link, logger, defaults, meters });
  return {
    link,
    settings,
    /** How many values it says at `/metrics` that it ignored. */
    ignored: async () =>
      Number(/^barrage_settings_ignored_total (\d+)$/m.exec(await meters.render())?.[1] ?? Number.NaN),
    store: createSettingsStore({ link }),
    bucket: () => link.connection.jetstream().views.kv("settings"),
    async [Symbol.asyncDispose]() {
      await settings.close();
      await link.close();
    },
  };
}

const desktop = "limiter.desktopPerSecond";

describe("live settings", () => {
  let nats: TestNats;
  beforeAll(async () => {
    nats = await startTestNats();
  }, 30_000);
  afterAll(() => nats?.[Symbol.asyncDispose]());

  test("without a change the default holds, or what the environment says; a change reaches every process, back and forth", async () => {
    await using one = await openProcess(nats.url);
    await using two = await openProcess(nats.url);
    expect(two.settings.get(desktop)).toBe(40);
    expect(two.settings.get("limiter.smallPerSecond")).toBe(12);
    const heard: string[] = [];
    two.settings.onChange((name) => heard.push(name));
    const written = await one.store.set({ key: desktop, value: 80, by });
    await waitFor(() => [one, two].every(({ settings }) => settings.get(desktop) === 80));
    expect(heard).toEqual([desktop]);
    // In the log of a room it holds a moment later, from the same moment for everybody.
    const fromMs = written.atMs + settingLeadMs;
    for (const { settings } of [one, two]) {
      expect([settings.at(desktop, fromMs - 1), settings.at(desktop, fromMs)]).toEqual([40, 80]);
      expect(settings.changesOf([desktop])).toEqual([fromMs]);
    }
    // Somebody who starts later knows as much of the past.
    await using late = await openProcess(nats.url);
    expect(late.settings.at(desktop, fromMs - 1)).toBe(40);
    expect(late.settings.get(desktop)).toBe(80);
    await two.store.set({ key: desktop, value: null, by });
    await waitFor(() => [one, two, late].every(({ settings }) => settings.get(desktop) === 40));
  }, 30_000);

  test("a bad value is refused where it is written, and nothing changes", async () => {
    await using one = await openProcess(nats.url);
    const before = await one.store.history("messages.burst");
    for (const value of [0, 101, 1.5, "3", true, [], {}]) {
      await expect(one.store.set({ key: "messages.burst", value, by })).rejects.toMatchObject({
        code: "input_invalid",
        issues: [{ path: "messages.burst", message: expect.any(String) }],
      });
    }
    await expect(one.store.set({ key: "messages.bursts", value: 3, by })).rejects.toMatchObject({
      code: "setting_unknown",
    });
    expect(await one.store.history("messages.burst")).toEqual(before);
  }, 30_000);

  test("what somebody wrote by another way is ignored where it is read: the value before holds, and it is counted", async () => {
    await using one = await openProcess(nats.url);
    const { settings, store } = one;
    const bucket = await one.bucket();
    await store.set({ key: "messages.burst", value: 7, by });
    await waitFor(() => settings.get("messages.burst") === 7);
    const ignored = await one.ignored();
    const bad = ["{ half a", '"7"', "{}", '{"value":1000,"by":{"id":null,"name":"x"}}', '{"value":9}'];
    for (const text of bad) await bucket.put("messages.burst", text);
    // Of a newer version, and of one long gone.
    await bucket.put("someday.maybe", '{"value":1,"by":{"id":null,"name":"newer"}}');
    // A newer version may say more about a change; what we know of it counts.
    await bucket.put("messages.perSecond", '{"value":2,"by":{"id":null,"name":"newer"},"why":"a test"}');
    await waitFor(() => settings.get("messages.perSecond") === 2);
    expect(settings.get("messages.burst")).toBe(7);
    expect((await one.ignored()) - ignored).toBe(bad.length + 1);
    const history = await store.history("messages.burst");
    expect(history.slice(0, bad.length).every(({ fault }) => fault !== undefined)).toBe(true);
    await using late = await openProcess(nats.url);
    expect(late.settings.get("messages.burst")).toBe(7);
  }, 30_000);

  test("of two changes from the same revision one wins, and the other is told", async () => {
    await using one = await openProcess(nats.url);
    const key = "features.gifts";
    const change = (value: boolean) => one.store.set({ key, value, by, expectedRevision: 0 });
    const settled = await Promise.allSettled([change(true), change(false)]);
    expect(settled.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const lost = settled.find((result) => result.status === "rejected");
    expect(lost?.reason).toMatchObject({ code: "setting_conflict" });
    expect(await one.store.history(key)).toHaveLength(1);
  }, 30_000);

  test("the history says who changed what when; a rollback goes to any of it, or before the newest change", async () => {
    await using one = await openProcess(nats.url);
    const { settings, store } = one;
    const key = "realtime.tickMsMax";
    const ann = { id: "user0000ann", name: "ann" };
    const first = await store.set({ key, value: 10, by: ann });
    await store.set({ key, value: 20, by });
    await store.set({ key, value: 30, by });
    expect((await store.history(key)).map(({ value, by }) => [value, by?.name])).toEqual([
      [30, "operator test"],
      [20, "operator test"],
      [10, "ann"],
    ]);
    expect(await store.rollback({ key, by })).toMatchObject({ value: 20 });
    expect(await store.rollback({ key, by, toRevision: first.revision })).toMatchObject({ value: 10 });
    await waitFor(() => settings.get(key) === 10);
    await expect(store.rollback({ key, by, toRevision: 999_999 })).rejects.toMatchObject({
      code: "setting_revision_unknown",
    });
    // Before the only change there was the default.
    await store.set({ key: "features.rooms", value: false, by });
    expect(await store.rollback({ key: "features.rooms", by })).toMatchObject({ value: null });
    await expect(store.rollback({ key: "features.replays", by })).rejects.toMatchObject({
      code: "setting_revision_unknown",
    });
  }, 30_000);
});

test("while NATS is down the last known values hold and changes are refused; afterwards changes are heard again", async () => {
  await using nats = await startTestNats();
  await using one = await openProcess(nats.url);
  const { settings, store, link } = one;
  const holds = (value: number) => waitFor(() => settings.get(desktop) === value, { deadlineMs: 15_000 });
  await store.set({ key: desktop, value: 80, by });
  await holds(80);
  await nats.kill();
  await waitFor(() => !link.isConnected());
  expect(settings.get(desktop)).toBe(80);
  await expect(store.set({ key: desktop, value: 90, by })).rejects.toMatchObject({
    code: "settings_unavailable",
  });
  await nats.start();
  await waitFor(() => link.isConnected(), { deadlineMs: 15_000 });
  expect(settings.get(desktop)).toBe(80);
  const again = () => store.set({ key: desktop, value: 90, by }).then(() => true);
  await waitFor(again, { deadlineMs: 15_000 });
  await holds(90);
}, 60_000);

test("a process starts without NATS' storage, with the defaults, and hears of the settings when they can be read", async () => {
  await using nats = await startTestNats();
  const link = await connectNats({ url: nats.url, name: "test", logger });
  const opening: Promise<LiveSettings> = openLiveSettings({ link, logger });
  await nats.kill();
  const settings = await opening;
  expect(settings.get(desktop)).toBe(40);
  await nats.start();
  await waitFor(() => link.isConnected(), { deadlineMs: 15_000 });
  const store = createSettingsStore({ link });
  await waitFor(() => store.set({ key: desktop, value: 70, by }).then(() => true), { deadlineMs: 15_000 });
  await waitFor(() => settings.get(desktop) === 70, { deadlineMs: 15_000 });
  await settings.close();
  await link.close();
}, 60_000);
