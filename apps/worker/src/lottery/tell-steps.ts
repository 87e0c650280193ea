import { findLottery, lockLottery, lockRoomRow, markClosingTold, markOpeningTold } from "@barrage/db";
import { tell } from "../outbox/tell.ts";
import type { TakeStep } from "./lottery-deps.ts";

/** Tells that a lottery which was announced ahead has opened. */
export const tellOpening: TakeStep = async ({ database, newId }, { id, roomId }) => {
  await database.transaction(async (orm) => {
    await lockRoomRow(orm, roomId);
    const locked = await lockLottery(orm, id);
    const lottery = await findLottery(orm, id);
    if (locked === undefined || lottery === undefined || !(await markOpeningTold(orm, id))) return;
    const { title, prizes, conditions, opensAt, closesAt, commit, beacon } = lottery;
    const face = {
      id,
      title,
      prizes: [...prizes],
      conditions,
      opensAtMs: opensAt.getTime(),
      closesAtMs: closesAt?.getTime() ?? null,
      commit,
      trust: beacon === null ? ("commit" as const) : ("drand" as const),
    };
    const event = { type: "lottery.opened", data: { lottery: face } } as const;
    await tell(orm, { messageId: newId(), room: roomId, at: locked.now, event });
  });
  return 0;
};

/** Tells that a lottery closes in 60, 30 or 10 seconds; a worker that comes late tells the nearest alone. */
export const tellClosing: TakeStep = async ({ database, newId }, { id, roomId }) => {
  await database.transaction(async (orm) => {
    await lockRoomRow(orm, roomId);
    const secondsLeft = await markClosingTold(orm, id);
    const locked = await lockLottery(orm, id);
    if (secondsLeft === undefined || locked === undefined) return;
    const event = { type: "lottery.closing", data: { id, secondsLeft } } as const;
    await tell(orm, { messageId: newId(), room: roomId, at: locked.now, event });
  });
  return 0;
};
