import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp, type TestApp, waitFor } from "@barrage/testkit";
import { startTestWorld, type TestWorld, ticketSecret } from "./testing/test-world.ts";
import { type TestViewer, watchSse, watchWs } from "./testing/viewers.ts";

setDefaultTimeout(60_000);

let world: TestWorld;
let app: TestApp;
beforeAll(async () => {
  world = await startTestWorld();
  const variables = {
    HOST: "127.0.0.1",
    NATS_URL: world.nats.url,
    REDIS_URL: world.redisUrl,
    TICKET_SECRET: ticketSecret,
    DRAIN_NOTICE_MS: "0",
    PROCESSES: "2",
  };
  // Three processes start, one after the other.
  app = await startApp("realtime", variables, { readyDeadlineMs: 60_000 });
}, 90_000);
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** The samples of a metric, by process. */
async function samples(name: string): Promise<ReadonlyMap<string, { pid: number; value: number }>> {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  const lines = [
    ...text.matchAll(new RegExp(`^${name}\\{process="(\\d+)"(?:,pid="(\\d+)")?\\} (\\d+)$`, "gm")),
  ];
  return new Map(
    lines.map(([, process = "", pid, value]) => [process, { pid: Number(pid), value: Number(value) }]),
  );
}

const viewersOf = async () => await samples("barrage_realtime_viewers");

/** Watches until both processes have somebody. */
async function crowd(room: string): Promise<TestViewer[]> {
  const viewers: TestViewer[] = [];
  await waitFor(async () => {
    viewers.push(await watchSse(app.url, room), await watchWs(app.url, room));
    const counts = [...(await viewersOf()).values()];
    return counts.length === 2 && counts.every(({ value }) => value >= 2);
  });
  await waitFor(() => viewers.every(({ seen }) => seen.isLive));
  return viewers;
}

test("both processes serve the one port, and each gets every event by itself", async () => {
  const room = await world.room();
  const viewers = await crowd(room);
  const seqs = await world.say(room, "one", "two");
  await waitFor(() => viewers.every(({ seen }) => seen.seqs.length === 2));
  for (const { seen } of viewers) expect(seen.seqs).toEqual(seqs);
  const counts = await viewersOf();
  expect([...counts.values()].reduce((sum, { value }) => sum + value, 0)).toBe(viewers.length);
  for (const viewer of viewers) await viewer.close();
});

test("a process that is killed takes its own viewers alone, and another one takes its place", async () => {
  const room = await world.room();
  const viewers = await crowd(room);
  const victim = (await samples("barrage_realtime_process_up")).get("1");
  process.kill(victim?.pid ?? 0, "SIGKILL");
  await waitFor(() => viewers.some((viewer) => viewer.ended() !== undefined));
  await waitFor(
    async () => {
      const restarted = (await samples("barrage_realtime_process_restarts_total")).get("1");
      const up = (await samples("barrage_realtime_process_up")).get("1");
      return restarted?.value === 1 && up?.value === 1 && up.pid !== victim?.pid;
    },
    { deadlineMs: 30_000 },
  );
  const left = viewers.filter((viewer) => viewer.ended() === undefined);
  expect(left.length).toBeGreaterThan(0);
  await world.say(room, "on it goes");
  await waitFor(() => left.every(({ seen }) => seen.texts.length === 1));
  for (const viewer of viewers) await viewer.close();
});

test("SIGTERM says goodbye to the viewers of all processes, and ends well", async () => {
  const room = await world.room();
  const viewers = await crowd(room);
  const exit = await app.kill("SIGTERM");
  expect(exit.code).toBe(0);
  await waitFor(() => viewers.every((viewer) => viewer.ended() !== undefined));
  for (const { seen } of viewers) expect(seen.controls("goodbye")).toMatchObject([{ reason: "goodbye" }]);
});
