import { type Database, findEntry, type LotteryRow, listWinners, readPool } from "@barrage/db";
import {
  type DrawRecord,
  drawVersion,
  type EntryProof,
  type Hashing,
  poolOf,
  toDrawRecord,
} from "@barrage/domain";
import { AppError } from "@barrage/protocol";
import type { Visitor } from "../../room-access/room-access.ts";
import type { LotteryFinder } from "./lottery-finder.ts";
import { trustOf } from "./lottery-view.ts";
import type { PoolTrees } from "./pool-trees.ts";

/** What a viewer can check a lottery by. */
export interface EvidenceService {
  /**
   * A user's own proof, from the moment the pool is sealed.
   * @throws AppError `lottery_not_closed`, `lottery_not_entered`, `lottery_cancelled`, `lottery_not_found`, `rate_limited`
   */
  proof(id: string, visitor: Visitor & { readonly userId: string }): Promise<EntryProof>;
  /** Everything that a verifier needs. @throws AppError `lottery_not_drawn`, `lottery_not_found`, `rate_limited` */
  record(id: string, visitor: Visitor): Promise<DrawRecord>;
}

interface EvidenceServiceDeps {
  readonly database: Database;
  readonly finder: LotteryFinder;
  readonly trees: PoolTrees;
  readonly hashing: Hashing;
  /** Counts one download: a record may be long. @throws AppError `rate_limited` */
  readonly takeDownload: (visitor: Visitor) => Promise<void>;
}

/** Where an id stands in a pool; ids are ASCII, so the order of their bytes is that of strings. */
function indexIn(pool: readonly string[], id: string): number {
  let low = 0;
  let high = pool.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pool[middle] ?? "") < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The beacon of a drawn lottery, whole. */
function beaconOf({ beacon }: LotteryRow): DrawRecord["beacon"] {
  if (beacon === null) return null;
  const { chain, round, signature, randomness } = beacon;
  if (round === null || signature === null || randomness === null) throw new AppError("lottery_not_drawn");
  return { chain, round, signature, randomness };
}

/** A lottery as it was until its close. */
function rulesOf(row: LotteryRow) {
  return {
    id: row.id,
    room: row.roomId,
    session: row.sessionId,
    title: row.title,
    prizes: [...row.prizes],
    conditions: row.conditions,
    createdAtMs: row.createdAt.getTime(),
    opensAtMs: row.opensAt.getTime(),
    closesAtMs: row.closesAt?.getTime() ?? null,
  };
}

/** @throws AppError `lottery_not_drawn` */
async function buildRecord({ database, hashing }: EvidenceServiceDeps, row: LotteryRow): Promise<DrawRecord> {
  const { seed, root, drawKey, entryCount, closedAt, sealedAt, drawnAt } = row;
  if (
    seed === null ||
    root === null ||
    drawKey === null ||
    entryCount === null ||
    closedAt === null ||
    sealedAt === null ||
    drawnAt === null
  ) {
    throw new AppError("lottery_not_drawn");
  }
  const [pool, winners] = await Promise.all([
    readPool(database.orm, row.id),
    listWinners(database.orm, row.id),
  ]);
  const lottery = {
    ...rulesOf(row),
    closedAtMs: closedAt.getTime(),
    sealedAtMs: sealedAt.getTime(),
    drawnAtMs: drawnAt.getTime(),
  };
  const told = winners.map(({ prizeId, rank, entryId, user }) => ({ prizeId, rank, entryId, user }));
  return toDrawRecord(
    {
      version: drawVersion,
      lottery,
      trust: trustOf(row),
      commit: row.commit,
      entries: poolOf(pool.map(({ id }) => id)),
      count: entryCount,
      root,
      beacon: beaconOf(row),
      seed,
      key: drawKey,
      winners: told,
    },
    hashing,
  );
}

/** Makes the service. */
export function createEvidenceService(deps: EvidenceServiceDeps): EvidenceService {
  const { database, finder } = deps;

  return {
    async proof(id, visitor) {
      await deps.takeDownload(visitor);
      const row = await finder.known(id);
      await finder.admit(row, visitor);
      const { state, root, entryCount } = row.root === null ? await finder.current(id) : row;
      if (state === "cancelled" && root === null) throw new AppError("lottery_cancelled");
      if (root === null || entryCount === null) throw new AppError("lottery_not_closed");
      const entry = await findEntry(database.orm, { lotteryId: id, userId: visitor.userId });
      if (entry === undefined) throw new AppError("lottery_not_entered");
      const { pool, tree } = await deps.trees.get(id);
      const index = indexIn(pool, entry.id);
      const steps = tree.proof(index).map(({ side, hash }) => ({ side, hash: hash.toHex() }));
      return { entryId: entry.id, index, count: entryCount, root, steps };
    },

    async record(id, visitor) {
      await deps.takeDownload(visitor);
      const row = await finder.current(id);
      await finder.admit(row, visitor);
      if (row.state !== "drawn") throw new AppError("lottery_not_drawn");
      return buildRecord(deps, row);
    },
  };
}
