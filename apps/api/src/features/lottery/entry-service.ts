import {
  creditWatchTime,
  type Database,
  type EntryKey,
  type LotteryRow,
  listStandings,
  withdrawEntry,
} from "@barrage/db";
import type { Lack } from "@barrage/domain";
import { AppError } from "@barrage/protocol";
import type { RoomAccess } from "../../room-access/room-access.ts";
import type { RoomPolicies } from "../../room-access/room-policies.ts";
import { type RoomPolicy, roleIn, sanctionOf } from "../../room-access/room-policy.ts";
import type { EntryCounts } from "./entry-counts.ts";
import type { EntryDesk, Verdict } from "./entry-desk.ts";
import type { LotteryFinder } from "./lottery-finder.ts";

/** Somebody who enters. */
export interface Entrant {
  readonly id: string;
  readonly clientAddress: string;
}

/** The answer to an entry. Entering twice is entering once, and is told apart. */
export interface Entered {
  readonly entered: true;
  readonly entries: number;
  readonly code: "entered" | "already_entered";
  readonly message: string;
}

/** Entering, withdrawing, and the time watched that some lotteries ask for. */
export interface EntryService {
  /**
   * Enters a user; answered when the entry is committed. Idempotent.
   * @throws AppError `lottery_not_found`, `lottery_not_open`, `lottery_closed`, `lottery_cancelled`,
   *   `lottery_host_excluded`, `user_banned`, the code of the first condition that is not met (with all of them as its
   *   issues), `rate_limited`, and what the room's door throws
   */
  enter(entrant: Entrant, lotteryId: string): Promise<Entered>;
  /** Takes an entry back before the close. Idempotent. @throws AppError `lottery_not_found`, `lottery_closed`, … */
  withdraw(
    entrant: Entrant,
    lotteryId: string,
  ): Promise<{ readonly entered: false; readonly entries: number }>;
  /** Hears that a user is watching. @throws AppError `room_not_live`, `rate_limited`, and what the room's door throws */
  watching(entrant: Entrant, roomId: string): Promise<{ readonly watchedSeconds: number }>;
}

interface EntryServiceDeps {
  readonly database: Database;
  readonly finder: LotteryFinder;
  readonly policies: RoomPolicies;
  readonly access: RoomAccess;
  readonly desk: EntryDesk;
  readonly counts: EntryCounts;
  readonly now: () => number;
  /** Counts one heartbeat. @throws AppError `rate_limited` */
  readonly takeBeat: (userId: string) => Promise<void>;
}

const answers = {
  entered: { code: "entered", message: "You are in." },
  already: { code: "already_entered", message: "You are in already: everybody enters once." },
} as const;

/** A change of the rules turns entries away that were judged by the old ones: so often is one judged anew. */
const triesMax = 3;

/** Why a lottery can't be entered or left now; undefined: it is open. */
function shut({ state, notOpenYet }: LotteryRow): AppError | undefined {
  if (state === "cancelled") return new AppError("lottery_cancelled");
  if (state !== "open") return new AppError("lottery_closed");
  return notOpenYet ? new AppError("lottery_not_open") : undefined;
}

function lacking(lacks: readonly Lack[]): AppError {
  const issues = lacks.map(({ condition, message }) => ({ path: condition, message }));
  return new AppError(lacks[0]?.code ?? "lottery_closed", { issues });
}

/** Settles what the desk left open: throws why, or says that they are in, or (undefined) that it is worth another try. */
async function settle(
  { database, finder }: EntryServiceDeps,
  verdict: Verdict,
  { lotteryId: id, userId }: EntryKey,
): Promise<"already" | undefined> {
  const [standing] = await listStandings(database.orm, userId, [id]);
  if (standing?.entered) return "already";
  const refusal = shut(await finder.current(id));
  if (refusal !== undefined) throw refusal;
  if (standing?.isModeration) throw new AppError("lottery_host_excluded");
  if (verdict.kind === "lacking") throw lacking(verdict.lacks);
  return undefined;
}

/** Takes an entry to the desk, again after a change of the rules. */
async function applyFor(
  deps: EntryServiceDeps,
  userId: string,
  known: LotteryRow,
): Promise<"entered" | "already"> {
  let lottery = known;
  for (let tries = 0; tries < triesMax; tries++) {
    const verdict = await deps.desk.apply({ lottery, userId });
    if (verdict.kind === "entered" || verdict.kind === "already") return verdict.kind;
    const settled = await settle(deps, verdict, { lotteryId: lottery.id, userId });
    if (settled !== undefined) return settled;
    lottery = await deps.finder.current(lottery.id);
  }
  throw new AppError("rate_limited", { retryAfterMs: 500 });
}

/** Makes the service. */
export function createEntryService(deps: EntryServiceDeps): EntryService {
  const { database, finder, policies } = deps;

  async function refuseBanned(policy: RoomPolicy, userId: string): Promise<void> {
    const asked = { userId, nowMs: deps.now() };
    if (sanctionOf(policy, "bans", asked) === undefined) return;
    const banned = sanctionOf(await policies.refreshed(policy.roomId), "bans", asked);
    if (banned !== undefined) throw banned;
  }

  /** The lottery as it is known, unless that would refuse somebody: then as it is. */
  async function openLottery(id: string): Promise<LotteryRow> {
    const known = await finder.known(id);
    return shut(known) === undefined ? known : finder.current(id);
  }

  async function admitted({ id, clientAddress }: Entrant, lottery: LotteryRow): Promise<RoomPolicy> {
    const policy = await finder.admit(lottery, { userId: id, clientAddress });
    await refuseBanned(policy, id);
    return policy;
  }

  return {
    async enter(entrant, lotteryId) {
      const lottery = await openLottery(lotteryId);
      const policy = await admitted(entrant, lottery);
      const refusal = shut(lottery);
      if (refusal !== undefined) throw refusal;
      if (roleIn(policy, entrant.id) === "host") throw new AppError("lottery_host_excluded");
      const kind = await applyFor(deps, entrant.id, lottery);
      return { entered: true, entries: Math.max(1, await deps.counts.get(lotteryId)), ...answers[kind] };
    },

    async withdraw(entrant, lotteryId) {
      const lottery = await openLottery(lotteryId);
      await admitted(entrant, lottery);
      const done = await withdrawEntry(database.orm, { lotteryId, userId: entrant.id });
      const refusal = done ? undefined : shut(await finder.current(lotteryId));
      if (refusal !== undefined) throw refusal;
      return { entered: false, entries: await deps.counts.get(lotteryId) };
    },

    async watching(entrant, roomId) {
      await deps.takeBeat(entrant.id);
      const policy = await policies.get(roomId);
      await deps.access.enter(policy, { userId: entrant.id, clientAddress: entrant.clientAddress });
      await refuseBanned(policy, entrant.id);
      const watchedMs = await creditWatchTime(database.orm, { roomId, userId: entrant.id });
      if (watchedMs === undefined) throw new AppError("room_not_live");
      return { watchedSeconds: Math.floor(watchedMs / 1_000) };
    },
  };
}
