import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { findLottery, listAudit } from "@barrage/db";
import { drawRoundOf } from "@barrage/domain";
import { createBeaconClient } from "@barrage/platform";
import { waitFor } from "@barrage/testkit";
import {
  addLottery,
  enterMany,
  expectedWinners,
  passesOver,
  promisedBeacon,
  sealedAgo,
  sweepOver,
  sweepUntil,
  switchedBeacon,
  testChain,
  toldIn,
  winnersOf,
} from "../testing/lottery-world.ts";
import { runJob } from "../testing/run-job.ts";
import { openWorkerWorld, type WorkerWorld } from "../testing/worker-world.ts";

import { createLotteryJob } from "./create-lottery-job.ts";

let world: WorkerWorld;

beforeAll(async () => {
  world = await openWorkerWorld();
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());
// What one test left waiting would be asked for in the next.
afterEach(async () => {
  await using sql = new Bun.SQL({ url: world.databaseUrl, max: 1 });
  await sql`update lotteries set state = 'cancelled' where state in ('closed', 'delayed')`;
});

describe("a lottery that was promised a beacon", () => {
  test("tells its round at the close, before that is made, and is drawn with it alone", async () => {
    const room = await world.newRoom();
    // So many prizes that the draw without the beacon can't come out the same by chance.
    const prizes = [{ name: "Star", count: 12 }];
    const id = await addLottery(world, { room, prizes, closesInMs: -1_000, beacon: promisedBeacon });
    await enterMany(world, id, 20);
    const beacon = switchedBeacon();
    beacon.state.on = true;
    const sweep = sweepOver(world, { beacon: beacon.client });
    const sealed = await sweepUntil(world, id, { is: ({ root }) => root !== null, sweep });
    const round = drawRoundOf(testChain, sealed.sealedAt?.getTime() ?? 0);
    expect((await toldIn(world, room)).at(-1)?.data).toMatchObject({ beaconRound: round });
    await sweep.sweep();
    expect(beacon.asked).toEqual([]);
    await sealedAgo(world, id, 5_000);
    const later = sweepOver(world, { beacon: beacon.client });
    await sweepUntil(world, id, { is: ({ state }) => state === "drawn", sweep: later });
    expect(await winnersOf(world, id)).toEqual(await expectedWinners(world, id, beacon.randomness));
    expect(await winnersOf(world, id)).not.toEqual(await expectedWinners(world, id));
  }, 30_000);

  test("waits as delayed while the beacon is late, on record, and is drawn when it comes", async () => {
    const room = await world.newRoom();
    const id = await addLottery(world, { room, closesInMs: -1_000, beacon: promisedBeacon });
    await enterMany(world, id, 3);
    const beacon = switchedBeacon();
    const at = () => sweepOver(world, { beacon: beacon.client });
    await sweepUntil(world, id, { is: ({ root }) => root !== null, sweep: at() });
    await sealedAgo(world, id, 8_000);
    await at().sweep();
    expect((await findLottery(world.database.orm, id))?.state).toBe("closed");
    await sealedAgo(world, id, 20_000);
    for (let again = 0; again < 3; again++) await at().sweep();
    expect((await findLottery(world.database.orm, id))?.state).toBe("delayed");
    const record = await listAudit(world.database.orm, id);
    expect(record.map(({ action }) => action)).toEqual(["sealed", "delayed"]);
    const told = (await toldIn(world, room)).map(({ type }) => type);
    expect(told).toEqual(["lottery.closed", "lottery.delayed"]);
    beacon.state.on = true;
    await sweepUntil(world, id, { is: ({ state }) => state === "drawn", sweep: at() });
  }, 30_000);

  test("is never drawn without it, also by a worker that knows no beacon or a lying one", async () => {
    const room = await world.newRoom();
    const id = await addLottery(world, { room, closesInMs: -1_000, beacon: promisedBeacon });
    await sweepUntil(world, id, { is: ({ root }) => root !== null });
    await sealedAgo(world, id, 20_000);
    await using liar = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request) =>
        Response.json({
          round: Number(new URL(request.url).pathname.split("/").at(-1)),
          signature: "cd".repeat(48),
          randomness: createHash("sha256")
            .update(Uint8Array.fromHex("cd".repeat(48)))
            .digest("hex"),
        }),
    });
    const lying = createBeaconClient({ url: `http://127.0.0.1:${liar.port}` });
    for (const beacon of [null, lying]) await sweepOver(world, { beacon }).sweep();
    expect((await findLottery(world.database.orm, id))?.state).toBe("delayed");
    expect(await winnersOf(world, id)).toEqual([]);
  }, 30_000);
});

/** An endpoint that takes every question and never answers. */
function startHangingBeacon() {
  const asked: number[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch(request) {
      asked.push(Number(new URL(request.url).pathname.split("/").at(-1)));
      return new Promise<Response>(() => {});
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    asked,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** Sealed lotteries, each with a round of its own that was due this long ago. */
async function waitingLotteries(ages: readonly number[]): Promise<string[]> {
  const ids: string[] = [];
  for (const _ of ages) {
    const room = await world.newRoom();
    const id = await addLottery(world, { room, closesInMs: -60_000, beacon: promisedBeacon });
    await sweepUntil(world, id, { is: ({ root }) => root !== null });
    ids.push(id);
  }
  // Only now: until its round is due, no sweep of the others asks for it.
  for (const [index, id] of ids.entries()) await sealedAgo(world, id, ages[index] ?? 0);
  return ids;
}

describe("a beacon that hangs", () => {
  test("holds up neither the close and draw of a lottery without one nor a stop of the job", async () => {
    await using endpoint = startHangingBeacon();
    const waiting = await waitingLotteries([30_000, 40_000, 50_000]);
    // For as long as the test lasts: whoever waits for this beacon waits in vain.
    const beacon = createBeaconClient({ url: endpoint.url, deadlineMs: 600_000 });
    const idle = { search: async () => {}, tell: async () => {} };
    const { logger } = world;
    {
      const sweep = passesOver(world, { beacon });
      await using _job = runJob(createLotteryJob({ sweep, phrases: idle, counter: idle, logger }));
      await waitFor(() => endpoint.asked.length === 1);
      const room = await world.newRoom();
      const id = await addLottery(world, { room, closesInMs: 500 });
      await waitFor(async () => (await findLottery(world.database.orm, id))?.state === "drawn");
      expect((await toldIn(world, room)).map(({ type }) => type)).toContain("lottery.drawn");
      expect(endpoint.asked.length).toBe(1);
    }
    const states = waiting.map(async (id) => (await findLottery(world.database.orm, id))?.state);
    // A stop is no fault of the beacon's: nothing is noted of it.
    expect(await Promise.all(states)).toEqual(["closed", "closed", "closed"]);
  }, 30_000);

  test("is asked once per pass, for another round each time, and everybody who waits is told that it is late", async () => {
    await using endpoint = startHangingBeacon();
    const waiting = await waitingLotteries([30_000, 40_000, 50_000]);
    const beacon = createBeaconClient({ url: endpoint.url, deadlineMs: 200 });
    let nowMs = 0;
    const sweep = sweepOver(world, { beacon, now: () => (nowMs += 60_000) });
    await sweep.sweep();
    expect(endpoint.asked.length).toBe(1);
    const states = waiting.map(async (id) => (await findLottery(world.database.orm, id))?.state);
    expect(await Promise.all(states)).toEqual(["delayed", "delayed", "delayed"]);
    for (let pass = 2; pass <= 6; pass++) await sweep.sweep();
    const [first = 0, second = 0, third = 0] = endpoint.asked;
    expect(new Set([first, second, third]).size).toBe(3);
    expect(endpoint.asked).toEqual([first, second, third, first, second, third]);
  }, 30_000);
});

test("lotteries that wait for the same round ask for it once in a pass", async () => {
  const ids = await waitingLotteries([8_000, 8_000, 8_000]);
  const beacon = switchedBeacon();
  await using sql = new Bun.SQL({ url: world.databaseUrl, max: 1 });
  await sql`update lotteries set beacon = (select beacon from lotteries where id = ${ids[0] ?? ""})
    where id in ${sql(ids)}`;
  await sweepOver(world, { beacon: beacon.client }).sweep();
  expect(beacon.asked.length).toBe(1);
  beacon.state.on = true;
  await sweepOver(world, { beacon: beacon.client }).sweep();
  expect(beacon.asked.length).toBe(2);
  for (const id of ids) expect((await findLottery(world.database.orm, id))?.state).toBe("drawn");
}, 30_000);
