import { afterAll, beforeAll, expect, test } from "bun:test";
import { findLottery, listAudit, listWaitingEvents, markRelayed } from "@barrage/db";
import type { Win } from "@barrage/domain";
import { type BeaconClient, newId } from "@barrage/platform";
import { seededRandom } from "@barrage/testkit";
import {
  addLottery,
  addUser,
  enterMany,
  expectedWinners,
  promisedBeacon,
  sealedAgo,
  sweepOver,
  switchedBeacon,
  toldIn,
  winnersOf,
} from "../testing/lottery-world.ts";
import { type MortalProcess, mortalProcess } from "../testing/mortal-process.ts";
import { openWorkerWorld, type WorkerWorld } from "../testing/worker-world.ts";

let world: WorkerWorld;
const beacon = switchedBeacon();
beacon.state.on = true;

beforeAll(async () => {
  world = await openWorkerWorld();
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

const isSealed = async (id: string) => (await findLottery(world.database.orm, id))?.root !== null;
const isDrawn = async (id: string) => (await findLottery(world.database.orm, id))?.state === "drawn";

/** A worker that may die; then another takes its place, which does not. Hints of when to look again never hold it up. */
function replacedOnDeath(process: MortalProcess, client: BeaconClient | null) {
  let nowMs = 0;
  const start = (mortal?: MortalProcess) =>
    sweepOver(world, {
      beacon: client,
      now: () => (nowMs += 60_000),
      ...(mortal && { process: mortal }),
    });
  let sweep = start(process);
  let isReplaced = false;
  return {
    async sweepUntil(reached: () => Promise<boolean>): Promise<void> {
      while (!(await reached())) {
        // A dead process hears nothing and does nothing more; sweeping on with its database would only throw.
        await sweep.sweep().catch(() => undefined);
        if (process.isDead() && !isReplaced) {
          isReplaced = true;
          sweep = start();
        }
      }
    },
  };
}

/** Done with: a lottery that waits to be published would be a place to die at for the next ones. */
async function publishAll(): Promise<void> {
  const waiting = await listWaitingEvents(world.database.orm, 1_000);
  await markRelayed(
    world.database.orm,
    waiting.map((event) => event.id),
  );
  await sweepOver(world).sweep();
}

/** One lottery of a kind, with the five who must be in its pool. @returns its id and room */
type AddLottery = () => Promise<{ readonly id: string; readonly room: { readonly id: string } }>;

const prizes = [
  { name: "Gold", count: 1 },
  { name: "Silver", count: 2 },
];

const plainLottery: AddLottery = async () => {
  const room = await world.newRoom();
  const id = await addLottery(world, { room, prizes, closesInMs: -5_000 });
  await enterMany(world, id, 5);
  return { id, room };
};

/** Promised a beacon; three are in, two have sent the phrase and are found at the close. */
const beaconAndPhraseLottery: AddLottery = async () => {
  const room = await world.newRoom();
  const conditions = { phrase: "let me in" };
  const id = await addLottery(world, {
    room,
    prizes,
    conditions,
    closesInMs: -5_000,
    beacon: promisedBeacon,
  });
  await enterMany(world, id, 3);
  for (let speaker = 0; speaker < 2; speaker++) {
    const [userId, messageId] = [await addUser(world.database), newId()];
    const by = { id: userId, name: "speaker", role: "viewer" } as const;
    const data = {
      id: messageId,
      session: newId(),
      text: "let me in",
      color: "#ffffff",
      mode: "scroll",
    } as const;
    await world.roomLog.publish(
      { v: 1, type: "danmaku.sent", room: room.id, at: Date.now() - 10_000, by, data },
      { messageId },
    );
  }
  return { id, room };
};

interface Matrix {
  readonly add: AddLottery;
  readonly client: BeaconClient | null;
  readonly randomness?: Uint8Array<ArrayBuffer>;
}

/** What must be true of a drawn lottery, whoever died over it. */
async function expectDrawnOnce(id: string, room: { readonly id: string }, expected: readonly Win[]) {
  expect((await findLottery(world.database.orm, id))?.entryCount).toBe(5);
  expect(await winnersOf(world, id)).toEqual(expected);
  expect((await toldIn(world, room)).map(({ type }) => type)).toEqual(["lottery.closed", "lottery.drawn"]);
  const record = await listAudit(world.database.orm, id);
  expect(record.map(({ action }) => action)).toEqual(["sealed", "drawn"]);
}

/** One lottery, from its close to its result, by these processes in a race. */
async function race({ add, client, randomness }: Matrix, processes: readonly MortalProcess[]): Promise<void> {
  const { id, room } = await add();
  const workers = processes.map((process) => replacedOnDeath(process, client));
  await Promise.all(workers.map((worker) => worker.sweepUntil(() => isSealed(id))));
  if (client !== null) await sealedAgo(world, id, 5_000);
  const expected = await expectedWinners(world, id, randomness);
  await Promise.all(workers.map((worker) => worker.sweepUntil(() => isDrawn(id))));
  await expectDrawnOnce(id, room, expected);
  await publishAll();
}

/**
 * Two workers race for each lottery: one dies at each of its moments in turn, the other at random. Where the rival was so
 * fast that nothing was left to die at, the moment is tried again without one.
 * @returns how many moments there were
 */
async function killAtEveryMoment(matrix: Matrix): Promise<number> {
  const random = seededRandom();
  const immortal = mortalProcess(Number.POSITIVE_INFINITY);
  await race(matrix, [immortal]);
  for (let fatal = 1; fatal <= immortal.moments(); fatal++) {
    const mortal = mortalProcess(fatal);
    await race(matrix, [mortal, mortalProcess(random.between(1, immortal.moments()))]);
    if (mortal.isDead()) continue;
    const alone = mortalProcess(fatal);
    await race(matrix, [alone]);
    expect(alone.isDead()).toBeTrue();
  }
  return immortal.moments();
}

test("two racing workers, one killed at every moment in turn and the other at random ones: one result, the same winners, events once", async () => {
  const moments = await killAtEveryMoment({ add: plainLottery, client: null });
  // Every statement and commit of close and draw.
  expect(moments).toBeGreaterThan(20);
}, 240_000);

test("so too with a beacon and a phrase: every read of the log and every question to the beacon is a place to die at", async () => {
  const { client, randomness } = beacon;
  const moments = await killAtEveryMoment({ add: beaconAndPhraseLottery, client, randomness });
  expect(moments).toBeGreaterThan(30);
  expect(beacon.asked.length).toBeGreaterThan(moments);
}, 240_000);
