import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { findLottery, listAudit } from "@barrage/db";
import { drawRoundOf } from "@barrage/domain";
import { createBeaconClient } from "@barrage/platform";
import {
  addLottery,
  enterMany,
  expectedWinners,
  promisedBeacon,
  sealedAgo,
  sweepOver,
  sweepUntil,
  switchedBeacon,
  testChain,
  toldIn,
  winnersOf,
} from "../testing/lottery-world.ts";
import { openWorkerWorld, type WorkerWorld } from "../testing/worker-world.ts";

let world: WorkerWorld;

beforeAll(async () => {
  world = await openWorkerWorld();
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

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
