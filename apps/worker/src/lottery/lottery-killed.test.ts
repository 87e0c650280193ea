import { afterAll, beforeAll, expect, test } from "bun:test";
import { findLottery, listAudit, listWaitingEvents, markRelayed } from "@barrage/db";
import { seededRandom } from "@barrage/testkit";
import {
  addLottery,
  enterMany,
  expectedWinners,
  sweepOver,
  toldIn,
  winnersOf,
} from "../testing/lottery-world.ts";
import { mortalDatabase } from "../testing/mortal-database.ts";
import { openWorkerWorld, type WorkerWorld } from "../testing/worker-world.ts";

let world: WorkerWorld;

beforeAll(async () => {
  world = await openWorkerWorld();
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

const isDrawn = async (id: string) => (await findLottery(world.database.orm, id))?.state === "drawn";

/** One worker that dies at a moment and is replaced by one that does not, until the lottery is drawn. */
async function work(id: string, fatal: number): Promise<boolean> {
  const mortal = mortalDatabase(world.database, fatal);
  for (let sweep = sweepOver(world, mortal), died = false; !(await isDrawn(id)); ) {
    // A dead process hears nothing and does nothing more; sweeping on with its database would only throw.
    await sweep.sweep().catch(() => undefined);
    if (mortal.isDead() && !died) {
      died = true;
      sweep = sweepOver(world);
    }
  }
  return mortal.isDead();
}

/** Done with: a lottery that waits to be published would be a place to die at for the next ones. */
async function publishAll(): Promise<void> {
  const waiting = await listWaitingEvents(world.database.orm, 1_000);
  const ids = waiting.map((event) => event.id);
  await markRelayed(world.database.orm, ids);
  await sweepOver(world).sweep();
}

test("two racing workers, one killed at every moment in turn and the other at random ones: one result, the same winners, events once", async () => {
  const random = seededRandom();
  let deaths = 0;
  for (let fatal = 1, died = true; died; fatal++) {
    const room = await world.newRoom();
    const prizes = [
      { name: "Gold", count: 1 },
      { name: "Silver", count: 2 },
    ];
    const id = await addLottery(world, { room, prizes, closesInMs: -5_000 });
    await enterMany(world, id, 5);
    const expected = await expectedWinners(world, id);
    [died] = await Promise.all([work(id, fatal), work(id, random.between(1, 40))]);
    deaths += died ? 1 : 0;
    expect(await winnersOf(world, id)).toEqual(expected);
    expect((await toldIn(world, room)).map(({ type }) => type)).toEqual(["lottery.closed", "lottery.drawn"]);
    const record = await listAudit(world.database.orm, id);
    expect(record.map(({ action }) => action)).toEqual(["sealed", "drawn"]);
    await publishAll();
  }
  // Every statement and commit of close and draw was a place to die at.
  expect(deaths).toBeGreaterThan(20);
}, 120_000);
