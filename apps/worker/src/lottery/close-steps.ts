import {
  appendToAudit,
  findLottery,
  freezeLottery,
  type LotteryBeacon,
  lockLottery,
  lockRoomRow,
  readPool,
  sealLottery,
} from "@barrage/db";
import { drawRoundOf, poolOf, poolRoot } from "@barrage/domain";
import { tell } from "../outbox/tell.ts";
import type { TakeStep } from "./lottery-deps.ts";

/** A danmaku that was sent in time may be stored a moment later: so long is it waited for. */
const phraseGraceMs = 2_000;

/** Freezes the pool of a lottery whose time is up; whoever sent its phrase in time is let in first. */
export const freeze: TakeStep = async ({ database, phrases }, { id, closedAgoMs, hasPhrase }) => {
  if (hasPhrase) {
    if ((closedAgoMs ?? 0) < phraseGraceMs) return 250;
    await phrases.search(id);
  }
  await database.transaction(async (orm) => {
    // Waits for every entry under way. The room's row is not needed: nothing is told yet.
    await lockLottery(orm, id);
    await freezeLottery(orm, id);
  });
  return 0;
};

/** The beacon of a lottery with the round that it is drawn with. */
function beaconFrom(beacon: LotteryBeacon | null, sealedAt: Date): LotteryBeacon | null {
  return beacon && { ...beacon, round: drawRoundOf(beacon.chain, sealedAt.getTime()) };
}

/** Writes root and count of a frozen pool down and tells them: from here on, no entry can come or go unseen. */
export const seal: TakeStep = async ({ database, hashing, newId }, { id, roomId }) => {
  const pool = poolOf((await readPool(database.orm, id)).map((entry) => entry.id));
  const root = (await poolRoot(pool, hashing)).toHex();
  await database.transaction(async (orm) => {
    await lockRoomRow(orm, roomId);
    const locked = await lockLottery(orm, id);
    const lottery = await findLottery(orm, id);
    if (locked === undefined || lottery === undefined) return;
    const sealedAt = locked.now;
    const beacon = beaconFrom(lottery.beacon, sealedAt);
    if (!(await sealLottery(orm, id, { root, entryCount: pool.length, sealedAt, beacon }))) return;
    const told = { entries: pool.length, root, beaconRound: beacon?.round ?? null };
    await appendToAudit(orm, { lotteryId: id, by: null, action: "sealed", detail: told });
    const event = { type: "lottery.closed", data: { id, ...told } } as const;
    await tell(orm, { messageId: newId(), room: roomId, at: sealedAt, event });
  });
  return 0;
};
