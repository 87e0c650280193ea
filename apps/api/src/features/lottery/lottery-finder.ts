import { type Database, findLottery, type LotteryRow } from "@barrage/db";
import { createStaleCache } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import type { RoomAccess, Visitor } from "../../room-access/room-access.ts";
import type { RoomPolicies } from "../../room-access/room-policies.ts";
import type { RoomPolicy } from "../../room-access/room-policy.ts";
import type { WatchGate } from "../../room-access/watch-gate.ts";

/** Finds lotteries for those who may see their rooms. */
export interface LotteryFinder {
  /** As it was within the last second; for those who only enter. @throws AppError `lottery_not_found` */
  known(id: string): Promise<LotteryRow>;
  /** As it is now. @throws AppError `lottery_not_found` */
  current(id: string): Promise<LotteryRow>;
  /**
   * Lets a visitor into the lottery's room, banned or not: who was in a lottery may check it whatever came later.
   * @throws AppError `lottery_not_found` and what the room's door throws
   */
  admit(lottery: LotteryRow, visitor: Visitor): Promise<RoomPolicy>;
  /** Lets a visitor see what goes on there. @throws AppError `lottery_not_found` and what {@link WatchGate} throws */
  show(lottery: LotteryRow, visitor: Visitor): Promise<void>;
}

const knownMs = 1_000;
const lotteriesMax = 1_000;

/** Makes the finder. */
export function createLotteryFinder(deps: {
  readonly database: Database;
  readonly policies: RoomPolicies;
  readonly access: RoomAccess;
  readonly gate: WatchGate;
  readonly now: () => number;
}): LotteryFinder {
  const cache = createStaleCache({
    ttlMs: knownMs,
    staleMs: knownMs,
    entriesMax: lotteriesMax,
    now: deps.now,
    load: async (id) => ({ row: await findLottery(deps.database.orm, id) }),
  });

  function found({ row }: { readonly row: LotteryRow | undefined }): LotteryRow {
    if (row === undefined) throw new AppError("lottery_not_found");
    return row;
  }

  return {
    known: async (id) => found(await cache.get(id)),
    current: async (id) => found(await cache.refresh(id)),
    async admit({ roomId }, visitor) {
      const policy = await deps.policies.get(roomId).catch(goneWithRoom);
      await deps.access.enter(policy, visitor);
      return policy;
    },
    async show({ roomId }, visitor) {
      await deps.gate.enter(roomId, visitor).catch(goneWithRoom);
    },
  };
}

/** A lottery is there no longer than its room. */
function goneWithRoom(error: unknown): never {
  const gone = error instanceof AppError && error.code === "room_not_found";
  throw gone ? new AppError("lottery_not_found", { cause: error }) : error;
}
