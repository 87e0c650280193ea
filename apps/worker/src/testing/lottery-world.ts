import { createHash } from "node:crypto";
import {
  type Database,
  enterLotteries,
  findLottery,
  findSeed,
  insertLottery,
  insertUser,
  type LotteryBeacon,
  type LotteryRow,
  listWaitingEvents,
  listWinners,
  type NewLotteryRow,
  readPool,
} from "@barrage/db";
import { assignPrizes, draw, drawRoundOf, openToAll, type Win } from "@barrage/domain";
import { type BeaconClient, createNativeHashing, newId } from "@barrage/platform";
import { type RoomEvent, roomEventSchema } from "@barrage/protocol";
import { createLotterySweep, type LotterySweep } from "../lottery/create-lottery-sweep.ts";
import { createPhraseEntries } from "../lottery/phrase-entries.ts";
import type { MortalProcess } from "./mortal-process.ts";
import type { WorkerWorld } from "./worker-world.ts";

/** A lottery as a test wants it; what is left out is the simplest. Times are from now. */
export interface LotteryWish {
  readonly room: { readonly id: string };
  readonly prizes?: readonly { readonly name: string; readonly count: number }[];
  readonly conditions?: Partial<NewLotteryRow["conditions"]>;
  readonly opensInMs?: number;
  readonly closesInMs?: number | null;
  readonly beacon?: LotteryBeacon;
  readonly openingTold?: boolean;
}

/** Adds a lottery as the api would. @returns its id */
export async function addLottery(world: WorkerWorld, wish: LotteryWish): Promise<string> {
  const { room, prizes = [{ name: "Star", count: 2 }], opensInMs = -60_000, closesInMs = null } = wish;
  const id = newId();
  const now = Date.now();
  const seed = new Uint8Array(createHash("sha256").update(id).digest());
  const commit = createHash("sha256").update("gl-lottery-v1/commit").update(seed).digest("hex");
  const conditions = { ...openToAll, ...wish.conditions };
  const phraseFrom =
    conditions.phrase === null
      ? null
      : { epoch: world.roomLog.epoch(), seq: await world.roomLog.lastSeq(room.id) };
  await world.database.transaction((orm) =>
    insertLottery(orm, {
      id,
      roomId: room.id,
      sessionId: newId(),
      title: "A lottery",
      prizes: prizes.map((prize) => ({ id: newId(), ...prize })),
      conditions,
      seed,
      commit,
      beacon: wish.beacon ?? null,
      createdAt: new Date(now),
      opensAt: new Date(now + opensInMs),
      closesAt: closesInMs === null ? null : new Date(now + closesInMs),
      openingTold: wish.openingTold ?? true,
      phraseFrom,
    }),
  );
  return id;
}

/** Adds a user. */
export async function addUser(database: Database): Promise<string> {
  const id = newId();
  await insertUser(database.orm, { id, name: `u_${id.slice(-20)}`, passwordHash: "unused" });
  return id;
}

/** Enters new users a minute ago. @returns them */
export async function enterMany(world: WorkerWorld, lotteryId: string, count: number): Promise<string[]> {
  const userIds: string[] = [];
  for (let index = 0; index < count; index++) userIds.push(await addUser(world.database));
  const atMs = Date.now() - 30_000;
  await enterLotteries(
    world.database.orm,
    userIds.map((userId) => ({
      lotteryId,
      userId,
      entryId: newId(),
      rulesVersion: 1,
      evidence: {},
      atMs,
    })),
  );
  return userIds;
}

interface SweepOptions {
  readonly beacon?: BeaconClient | null;
  /** The process that it runs in, if it may die. */
  readonly process?: MortalProcess;
  readonly now?: () => number;
}

/** A worker's lotteries, both of their passes one after the other. */
export interface WholeSweep {
  /** @returns how many steps were tried */
  sweep(): Promise<number>;
}

/** A worker's lotteries, swept when a test says so. */
export function sweepOver(world: WorkerWorld, options: SweepOptions = {}): WholeSweep {
  const passes = passesOver(world, options);
  const { signal } = new AbortController();
  return { sweep: async () => (await passes.sweep(signal)) + (await passes.drawByBeacon(signal)) };
}

/** A worker's lotteries, as its job has them. */
export function passesOver(world: WorkerWorld, options: SweepOptions = {}): LotterySweep {
  const { beacon = null, process, now = Date.now } = options;
  const database = process?.database(world.database) ?? world.database;
  const roomLog = process?.log(world.roomLog) ?? world.roomLog;
  return createLotterySweep({
    database,
    hashing: createNativeHashing(),
    newId,
    beacon: beacon && (process?.beacon(beacon) ?? beacon),
    phrases: createPhraseEntries({ database, roomLog, newId }),
    logger: world.logger,
    now,
  });
}

/** A chain of the tests' own; nobody holds its key. */
export const testChain = { publicKey: "ab".repeat(96), genesisSeconds: 1_700_000_000, periodSeconds: 1 };

/** The beacon that a lottery was promised, before its close. */
export const promisedBeacon: LotteryBeacon = {
  chain: testChain,
  round: null,
  signature: null,
  randomness: null,
};

/** A beacon that answers when it is told to. Signatures are the client's own business, and tested with it. */
export function switchedBeacon() {
  const asked: number[] = [];
  const signature = "cd".repeat(48);
  const randomness = createHash("sha256").update(Uint8Array.fromHex(signature)).digest("hex");
  const state = { on: false };
  const client: BeaconClient = {
    async round(_, round) {
      asked.push(round);
      return state.on ? { round, signature, randomness } : { missing: "the endpoint answered 425" };
    },
  };
  return { client, asked, state, randomness: Uint8Array.fromHex(randomness) };
}

/** As if so much time had passed since the seal. */
export async function sealedAgo(world: WorkerWorld, id: string, ms: number): Promise<void> {
  await using sql = new Bun.SQL({ url: world.databaseUrl, max: 1 });
  const row = await findLottery(world.database.orm, id);
  const sealedAtMs = Date.now() - ms;
  const beacon = { ...row?.beacon, round: drawRoundOf(testChain, sealedAtMs) };
  await sql`update lotteries set sealed_at = ${new Date(sealedAtMs)}, beacon = ${JSON.stringify(beacon)}::text::jsonb
    where id = ${id}`;
}

interface SweepGoal {
  readonly is: (row: LotteryRow) => boolean;
  readonly sweep?: WholeSweep;
}

/** Sweeps until the lottery is where it should be. */
export async function sweepUntil(
  world: WorkerWorld,
  lotteryId: string,
  { is, sweep = sweepOver(world) }: SweepGoal,
): Promise<LotteryRow> {
  for (let round = 0; round < 200; round++) {
    await sweep.sweep();
    const row = await findLottery(world.database.orm, lotteryId);
    if (row !== undefined && is(row)) return row;
    await Bun.sleep(25);
  }
  throw new Error("the lottery did not get there");
}

/** An event of a lottery. */
export type LotteryEvent = Extract<RoomEvent, { type: `lottery.${string}` }>;

const isLotteryEvent = (event: RoomEvent): event is LotteryEvent => event.type.startsWith("lottery.");

/** What waits in the outbox for a room, in order. Nothing leaves it while no relay runs. */
export async function toldIn(world: WorkerWorld, room: { readonly id: string }): Promise<LotteryEvent[]> {
  const waiting = await listWaitingEvents(world.database.orm, 10_000);
  return waiting
    .filter(({ roomId }) => roomId === room.id)
    .map(({ event }) => roomEventSchema.parse(event))
    .filter(isLotteryEvent);
}

/** Who must win, drawn apart from the worker. */
export async function expectedWinners(
  { database: { orm } }: WorkerWorld,
  id: string,
  beacon = new Uint8Array(0),
): Promise<readonly Win[]> {
  const [lottery, seed, pool] = [
    await findLottery(orm, id),
    await findSeed(orm, id),
    await readPool(orm, id),
  ];
  if (lottery === undefined || seed === undefined) throw new Error("no such lottery");
  const entryIds = pool.map((entry) => entry.id);
  const { ranking } = await draw({ lotteryId: id, seed, entryIds, beacon }, createNativeHashing());
  return assignPrizes(ranking, lottery.prizes);
}

/** Who has won. */
export async function winnersOf({ database }: WorkerWorld, id: string): Promise<readonly Win[]> {
  const winners = await listWinners(database.orm, id);
  return winners.map(({ prizeId, rank, entryId }) => ({ prizeId, rank, entryId }));
}
