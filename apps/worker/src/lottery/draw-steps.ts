import {
  appendToAudit,
  delayLottery,
  findLottery,
  findSeed,
  type LotteryBeacon,
  type LotteryRow,
  listWinners,
  lockLottery,
  lockRoomRow,
  publishLottery,
  readPool,
  recordDraw,
} from "@barrage/db";
import { assignPrizes, type Draw, draw as drawWinners, roundTimeMs, type Win } from "@barrage/domain";
import { announcedWinnersMax } from "@barrage/protocol";
import { tell } from "../outbox/tell.ts";
import type { LotteryDeps, TakeStep } from "./lottery-deps.ts";

/** So long after its round was due a beacon is late. */
const beaconGraceMs = 10_000;
const beaconRetryMs = 1_000;

interface Drawn {
  readonly seed: Uint8Array;
  readonly draw: Draw;
  readonly winners: readonly (Win & { readonly userId: string })[];
}

/** What a draw is made from is fixed, so whoever draws, and however often, draws the same. */
async function drawFrom(deps: LotteryDeps, lottery: LotteryRow): Promise<Drawn> {
  const { database, hashing } = deps;
  const { id, root, entryCount, prizes, beacon } = lottery;
  const seed = await findSeed(database.orm, id);
  if (seed === undefined) throw new Error(`the lottery ${id} has no seed`);
  const pool = await readPool(database.orm, id);
  const randomness = Uint8Array.fromHex(beacon?.randomness ?? "");
  const entryIds = pool.map((entry) => entry.id);
  const draw = await drawWinners({ lotteryId: id, seed, entryIds, beacon: randomness }, hashing);
  if (draw.root.toHex() !== root || draw.count !== entryCount) {
    // Somebody changed entries of a frozen pool. Never draw from it: everybody has seen another root.
    throw new Error(`the pool of the lottery ${id} does not give the root it was sealed with`);
  }
  const users = new Map(pool.map((entry) => [entry.id, entry.userId]));
  const winners = assignPrizes(draw.ranking, prizes).map((win) => ({
    ...win,
    userId: users.get(win.entryId) ?? "",
  }));
  return { seed, draw, winners };
}

/** Writes the result down and tells it, in one transaction; nothing happens when somebody was faster. */
async function publishResult(deps: LotteryDeps, lottery: LotteryRow, drawn: Drawn): Promise<void> {
  const { database, newId } = deps;
  const { id, roomId, beacon } = lottery;
  const seed = drawn.seed.toHex();
  const resultMessageId = newId();
  await database.transaction(async (orm) => {
    await lockRoomRow(orm, roomId);
    const locked = await lockLottery(orm, id);
    if (locked === undefined) return;
    const recorded = await recordDraw(orm, {
      id,
      roomId,
      beacon,
      root: drawn.draw.root.toHex(),
      seed,
      drawKey: drawn.draw.key.toHex(),
      drawnAt: locked.now,
      resultMessageId,
      winners: drawn.winners,
    });
    if (!recorded) return;
    const winners = (await listWinners(orm, id)).map(({ prizeId, prizeName, rank, user }) => ({
      prizeId,
      prizeName,
      rank,
      user,
    }));
    const detail = { seed, beacon, winners: drawn.winners };
    await appendToAudit(orm, { lotteryId: id, by: null, action: "drawn", detail });
    const told = winners.slice(0, announcedWinnersMax);
    const data = { id, winners: told, more: winners.length - told.length, seed };
    const event = { type: "lottery.drawn", data } as const;
    await tell(orm, { messageId: resultMessageId, room: roomId, at: locked.now, event });
  });
}

interface Delay {
  readonly beaconRound: number;
  readonly why: string;
}

/** Notes and tells, once, that the beacon is late. Why is for the record: the room is told the round alone. */
async function noteDelay(deps: LotteryDeps, { id, roomId }: LotteryRow, delay: Delay): Promise<void> {
  const { database, logger, newId } = deps;
  const { beaconRound, why } = delay;
  await database.transaction(async (orm) => {
    await lockRoomRow(orm, roomId);
    const locked = await lockLottery(orm, id);
    if (locked === undefined || !(await delayLottery(orm, id))) return;
    await appendToAudit(orm, { lotteryId: id, by: null, action: "delayed", detail: { why } });
    const event = { type: "lottery.delayed", data: { id, beaconRound } } as const;
    await tell(orm, { messageId: newId(), room: roomId, at: locked.now, event });
    logger.warn({ lotteryId: id, why }, "a lottery waits for its beacon");
  });
}

/** The beacon that a lottery is drawn with; undefined while its round can't be had, and the lottery waits. */
async function completeBeacon(
  deps: LotteryDeps,
  lottery: LotteryRow,
  nowMs: number,
): Promise<LotteryBeacon | undefined> {
  const { beacon } = lottery;
  if (beacon?.round === null || beacon?.round === undefined) return undefined;
  const dueMs = roundTimeMs(beacon.chain, beacon.round);
  if (nowMs < dueMs) return undefined;
  const answer =
    deps.beacon === null
      ? { missing: "no beacon is configured" }
      : await deps.beacon.round(beacon.chain, beacon.round);
  if (!("missing" in answer)) {
    return { ...beacon, signature: answer.signature, randomness: answer.randomness };
  }
  if (nowMs > dueMs + beaconGraceMs) {
    await noteDelay(deps, lottery, { beaconRound: beacon.round, why: answer.missing });
  }
  return undefined;
}

/** Draws a sealed lottery that was promised no beacon. */
export const draw: TakeStep = async (deps, { id }) => {
  const lottery = await findLottery(deps.database.orm, id);
  if (lottery === undefined || lottery.beacon !== null) return 0;
  await publishResult(deps, lottery, await drawFrom(deps, lottery));
  return 0;
};

/** Draws a sealed lottery as soon as the beacon that it was promised can be had, and never without it. */
export const drawByBeacon: TakeStep = async (deps, { id, nowMs }) => {
  const lottery = await findLottery(deps.database.orm, id);
  if (lottery === undefined) return 0;
  const beacon = await completeBeacon(deps, lottery, nowMs);
  if (beacon === undefined) return beaconRetryMs;
  const complete = { ...lottery, beacon };
  await publishResult(deps, complete, await drawFrom(deps, complete));
  return 0;
};

/** Notes that a result has reached the room's log. */
export const publish: TakeStep = async ({ database }, { id }) => {
  await publishLottery(database.orm, id);
  return 0;
};
