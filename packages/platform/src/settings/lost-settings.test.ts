import { expect, test } from "bun:test";
import { startTestNats, waitFor } from "@barrage/testkit";
import { createLogger } from "../log/create-logger.ts";
import { createMeters } from "../metrics/meters.ts";
import { connectNats } from "../nats/connect-nats.ts";
import { openLiveSettings } from "./live-settings.ts";
import { createSettingsStore } from "./settings-store.ts";

const logger = createLogger({ name: "test", level: "silent" });
const by = { id: null, name: "operator test" };
const desktop = "limiter.desktopPerSecond";
const patient = { deadlineMs: 20_000 };

/** A process: its connection, what it knows of the settings, and its way to change them. */
async function openProcess(url: string) {
  const link = await connectNats({ url, name: "test", logger });
  const meters = createMeters();
  const settings = await openLiveSettings({ link, logger, meters });
  return {
    link,
    settings,
    store: createSettingsStore({ link }),
    metrics: () => meters.render(),
    async [Symbol.asyncDispose]() {
      await settings.close();
      await link.close();
    },
  };
}
type Process = Awaited<ReturnType<typeof openProcess>>;

const holds = (processes: readonly Process[], value: number) =>
  waitFor(() => processes.every(({ settings }) => settings.get(desktop) === value), patient);

/** Three changes, so that the revisions of a new bucket are ones that were there before. */
async function change(processes: readonly [Process, ...Process[]]): Promise<void> {
  for (const value of [60, 70, 80]) await processes[0].store.set({ key: desktop, value, by });
  await holds(processes, 80);
}

async function deleteBucket({ link }: Process): Promise<void> {
  const jsm = await link.connection.jetstreamManager({ checkAPI: false });
  expect(await jsm.streams.delete("KV_settings")).toBe(true);
}

test("when the bucket is deleted under running processes, the defaults hold in all of them, and changes are heard again", async () => {
  await using nats = await startTestNats();
  await using one = await openProcess(nats.url);
  await using two = await openProcess(nats.url);
  const both = [one, two] as const;
  await change(both);
  const heard: string[] = [];
  two.settings.onChange((name) => heard.push(name));
  await deleteBucket(one);
  await holds(both, 40);
  expect(heard).toEqual([desktop]);
  expect(two.settings.changesOf([desktop])).toEqual([]);
  expect(two.settings.revision()).toBe(0);
  const { revision } = await two.store.set({ key: desktop, value: 90, by, expectedRevision: 0 });
  await holds(both, 90);
  expect(one.settings.revision()).toBe(revision);
}, 60_000);

test("a change right after the bucket was deleted is heard by all, however early in the new bucket it stands", async () => {
  await using nats = await startTestNats();
  await using one = await openProcess(nats.url);
  await using two = await openProcess(nats.url);
  const both = [one, two] as const;
  const told: number[] = [];
  two.settings.onChange((name) => void told.push(Number(two.settings.get(name))));
  await change(both);
  for (const value of [90, 91, 92]) {
    await deleteBucket(one);
    await waitFor(() => two.store.set({ key: desktop, value, by }).then(() => true), patient);
    await holds(both, value);
    expect(told.at(-1)).toBe(value);
  }
}, 90_000);

test("when NATS comes back empty, the last known values hold until then, the defaults after, and changes are heard again", async () => {
  await using nats = await startTestNats();
  await using one = await openProcess(nats.url);
  await using two = await openProcess(nats.url);
  const both = [one, two] as const;
  await change(both);
  const bucket = await one.link.connection.jetstream().views.kv("settings");
  const bad = '{"value":"many","by":{"id":null,"name":"x"}}';
  await bucket.put(desktop, bad);
  const ignored = async (count: number) => {
    await waitFor(
      async () => (await two.metrics()).includes(`barrage_settings_ignored_total ${count}\n`),
      patient,
    );
  };
  await ignored(1);
  await nats.lose();
  await waitFor(() => both.every(({ link }) => !link.isConnected()));
  expect(both.map(({ settings }) => settings.get(desktop))).toEqual([80, 80]);
  await nats.start();
  await holds(both, 40);
  await using late = await openProcess(nats.url);
  expect(late.settings.get(desktop)).toBe(40);
  const three = [...both, late] as const;
  await waitFor(() => late.store.set({ key: desktop, value: 90, by }).then(() => true), patient);
  await holds(three, 90);
  // A bad value counts as such, also at a revision at which the lost bucket had one.
  const anew = await late.link.connection.jetstream().views.kv("settings");
  for (let nth = 0; nth < 3; nth++) await anew.put(desktop, bad);
  await ignored(4);
  expect(three.map(({ settings }) => settings.get(desktop))).toEqual([90, 90, 90]);
}, 90_000);
