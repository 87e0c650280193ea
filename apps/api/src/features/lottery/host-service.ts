import {
  appendToAudit,
  cancelLottery,
  countPendingLotteries,
  type Database,
  endLottery,
  findLottery,
  findLotteryRoom,
  hasEntries,
  insertLottery,
  type LockedLottery,
  type LockedRoom,
  type LotteryRow,
  lockLottery,
  type Orm,
  updateLottery,
} from "@barrage/db";
import {
  type BeaconChain,
  commitToSeed,
  type Hashing,
  type LotteryChange,
  type NewLottery,
} from "@barrage/domain";
import { type Actor, AppError, type LotteryConditions, type UserRef } from "@barrage/protocol";
import type { FeatureGate } from "../../feature-gate.ts";
import type { Changed, EventDraft, RoomChanges } from "../../room-access/room-changes.ts";
import { toLotteryFace, trustOf } from "./lottery-view.ts";

/** What hosts and moderators do with lotteries. All throw `forbidden` or `room_not_found` in a room of somebody else. */
export interface HostService {
  /** @returns the lottery's id. @throws AppError `feature_disabled`, `room_not_live`, `limit_reached`, `log_unavailable` (phrases alone) */
  create(host: UserRef, roomId: string, lottery: NewLottery): Promise<string>;
  /** @throws AppError `lottery_locked` once somebody has entered; `lottery_closed`, `lottery_cancelled`, … */
  update(host: UserRef, id: string, change: LotteryChange): Promise<void>;
  /** Ends the time for entering now; the worker does the rest. @throws AppError `lottery_closed`, … */
  close(host: UserRef, id: string): Promise<void>;
  /** Ends a lottery without a result, with the reason on record. @throws AppError `lottery_closed`, `lottery_drawn`, … */
  cancel(host: UserRef, id: string, reason: string): Promise<void>;
}

export interface HostServiceDeps {
  readonly database: Database;
  readonly changes: RoomChanges;
  readonly hashing: Hashing;
  readonly requireFeature: FeatureGate;
  readonly newId: () => string;
  /** From the operating system. */
  readonly randomBytes: (count: number) => Uint8Array;
  /** The beacon that new lotteries wait for; null: none. */
  readonly beaconChain: BeaconChain | null;
  /** Where the room's log ends now. @throws AppError `log_unavailable` */
  readonly endOfLog: (roomId: string) => Promise<{ readonly epoch: string; readonly seq: number }>;
}

const pendingMax = 10;

const later = (moment: Date, ms: number) => new Date(moment.getTime() + ms);

/** Why a lottery that is not open can't be changed. */
function notOpen({ state }: Pick<LockedLottery, "state">): AppError {
  if (state === "cancelled") return new AppError("lottery_cancelled");
  return new AppError(state === "drawn" ? "lottery_drawn" : "lottery_closed");
}

async function mustFind(orm: Orm, id: string): Promise<LotteryRow> {
  const row = await findLottery(orm, id);
  if (row === undefined) throw new AppError("lottery_not_found");
  return row;
}

async function openedEvent(orm: Orm, id: string): Promise<EventDraft> {
  return { type: "lottery.opened", data: { lottery: toLotteryFace(await mustFind(orm, id)) } };
}

/** The rules as they go on record. */
async function rulesOf(orm: Orm, id: string) {
  const row = await mustFind(orm, id);
  return { ...toLotteryFace(row), trust: trustOf(row), session: row.sessionId };
}

type Prized = { readonly name: string; readonly count: number };

const withIds = ({ newId }: HostServiceDeps, prizes: readonly Prized[]) =>
  prizes.map((prize) => ({ id: newId(), ...prize }));

const phraseStart = (deps: HostServiceDeps, roomId: string, { phrase }: LotteryConditions) =>
  phrase === null ? null : deps.endOfLog(roomId);

const actor = ({ id, name }: UserRef, { role }: LockedRoom): Actor => ({ id, name, role });

interface InsertParts {
  readonly deps: HostServiceDeps;
  readonly lottery: NewLottery;
}

async function insert(orm: Orm, room: LockedRoom, parts: InsertParts): Promise<string> {
  const { deps, lottery } = parts;
  deps.requireFeature("features.lotteries");
  if (room.liveSessionId === null) throw new AppError("room_not_live");
  if ((await countPendingLotteries(orm, room.id)) >= pendingMax) throw new AppError("limit_reached");
  const { title, conditions, opensInMs, closesInMs } = lottery;
  const id = deps.newId();
  const seed = deps.randomBytes(32);
  const commit = (await commitToSeed(seed, deps.hashing)).toHex();
  const opensAt = later(room.now, opensInMs);
  const chain = deps.beaconChain;
  await insertLottery(orm, {
    id,
    roomId: room.id,
    sessionId: room.liveSessionId,
    title,
    conditions,
    prizes: withIds(deps, lottery.prizes),
    seed,
    commit,
    beacon: chain === null ? null : { chain, round: null, signature: null, randomness: null },
    createdAt: room.now,
    opensAt,
    closesAt: closesInMs === null ? null : later(opensAt, closesInMs),
    openingTold: opensInMs === 0,
    phraseFrom: await phraseStart(deps, room.id, conditions),
  });
  return id;
}

interface UpdateParts {
  readonly deps: HostServiceDeps;
  readonly id: string;
  readonly patch: LotteryChange;
  readonly locked: LockedLottery;
  readonly by: Actor;
}

async function updateLocked(orm: Orm, parts: UpdateParts): Promise<readonly EventDraft[]> {
  const { deps, id, patch, locked, by } = parts;
  if (locked.state !== "open") throw notOpen(locked);
  if (await hasEntries(orm, id)) throw new AppError("lottery_locked");
  const { title, conditions, closesInMs } = patch;
  const { roomId, opensAt, notOpenYet } = await mustFind(orm, id);
  const from = notOpenYet ? opensAt : locked.now;
  await updateLottery(orm, id, {
    title,
    conditions,
    prizes: patch.prizes && withIds(deps, patch.prizes),
    closesAt: typeof closesInMs === "number" ? later(from, closesInMs) : closesInMs,
    phraseFrom: conditions && (await phraseStart(deps, roomId, conditions)),
  });
  await appendToAudit(orm, { lotteryId: id, by, action: "updated", detail: await rulesOf(orm, id) });
  return notOpenYet ? [] : [await openedEvent(orm, id)];
}

/** Makes the service. */
export function createHostService(deps: HostServiceDeps): HostService {
  const { database, changes } = deps;
  /** Locks room and lottery, in this order, and works on the lottery. */
  async function change(
    host: UserRef,
    id: string,
    work: (orm: Orm, locked: LockedLottery, by: Actor) => Promise<readonly EventDraft[]>,
  ): Promise<void> {
    const roomId = await findLotteryRoom(database.orm, id);
    if (roomId === undefined) throw new AppError("lottery_not_found");
    await changes.change({ roomId, user: host, as: "moderator" }, async (orm, room) => {
      const locked = await lockLottery(orm, id);
      if (locked === undefined) throw new AppError("lottery_not_found");
      const events = await work(orm, locked, actor(host, room));
      return { result: undefined, events };
    });
  }

  return {
    create: (host, roomId, lottery) =>
      changes.change({ roomId, user: host, as: "moderator" }, async (orm, room): Promise<Changed<string>> => {
        const id = await insert(orm, room, { deps, lottery });
        const by = actor(host, room);
        await appendToAudit(orm, { lotteryId: id, by, action: "created", detail: await rulesOf(orm, id) });
        return { result: id, events: lottery.opensInMs === 0 ? [await openedEvent(orm, id)] : [] };
      }),

    async update(host, id, patch) {
      await change(host, id, async (orm, locked, by) => {
        return updateLocked(orm, { deps, id, patch, locked, by });
      });
    },

    async close(host, id) {
      await change(host, id, async (orm, locked, by) => {
        if (locked.state !== "open") throw notOpen(locked);
        await endLottery(orm, id, locked.now);
        const detail = { closesAtMs: locked.now.getTime() };
        await appendToAudit(orm, { lotteryId: id, by, action: "closed", detail });
        return [];
      });
    },

    async cancel(host, id, reason) {
      await change(host, id, async (orm, locked, by) => {
        if (locked.state !== "open" && locked.state !== "delayed") throw notOpen(locked);
        await cancelLottery(orm, id, reason);
        await appendToAudit(orm, { lotteryId: id, by, action: "cancelled", detail: { reason } });
        return [{ type: "lottery.cancelled", data: { id, reason } }];
      });
    },
  };
}
