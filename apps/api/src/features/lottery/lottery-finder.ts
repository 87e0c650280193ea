import { type Database, findLottery, type LotteryRow } from "@barrage/db";
import { createStaleCache } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import type { RoomAccess, Visitor } from "../../room-access/room-access.ts";
import type { RoomPolicies } from "../../room-access/room-policies.ts";
import type { RoomPolicy } from "../../room-access/room-policy.ts";

/** Finds lotteries for those who may see their rooms. */
export interface LotteryFinder {
  /** As it was within the last second; for those who only enter. @throws AppError `lottery_not_found` */
  known(id: string): Promise<LotteryRow>;
  /** As it is now. @throws AppError `lottery_not_found` */
  current(id: string): Promise<LotteryRow>;
  /** Lets a visitor into the lottery's room. @throws AppError `lottery_not_found` and what the room's door throws */
  admit(lottery: LotteryRow, visitor: Visitor): Promise<RoomPolicy>;
}

const knownMs = 1_000;
const lotteriesMax = 1_000;

/** Makes the finder. */
export function createLotteryFinder(deps: {
  readonly database: Database;
  readonly policies: RoomPolicies;
  readonly access: RoomAccess;
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
      let policy: RoomPolicy;
      try {
        policy = await deps.policies.get(roomId);
      } catch (error) {
        if (error instanceof AppError && error.code === "room_not_found") {
          throw new AppError("lottery_not_found", { cause: error });
        }
        throw error;
      }
      await deps.access.enter(policy, visitor);
      return policy;
    },
  };
}
