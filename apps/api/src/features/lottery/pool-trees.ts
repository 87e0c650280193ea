import { type Database, readPool } from "@barrage/db";
import { type Hashing, type MerkleTree, merkleTree, poolOf, utf8 } from "@barrage/domain";

/** A sealed pool with its tree. */
export interface PoolTree {
  /** The ids in the order of their bytes. */
  readonly pool: readonly string[];
  readonly tree: MerkleTree;
}

/** The trees that proofs are cut from. */
export interface PoolTrees {
  /** The tree of a sealed lottery; built once, however many ask, and kept while there is room. */
  get(lotteryId: string): Promise<PoolTree>;
}

/** Some 100 bytes each: the ids and two hashes. The lottery asked for the longest ago goes first. */
const entriesKeptMax = 2_000_000;

/** Makes the trees. They hold nothing that has to be closed. */
export function createPoolTrees(deps: { readonly database: Database; readonly hashing: Hashing }): PoolTrees {
  const { database, hashing } = deps;
  const kept = new Map<string, Promise<PoolTree>>();
  const sizes = new Map<string, number>();

  async function build(lotteryId: string): Promise<PoolTree> {
    const pool = poolOf((await readPool(database.orm, lotteryId)).map(({ id }) => id));
    return { pool, tree: await merkleTree(pool.map(utf8), hashing) };
  }

  function trim(): void {
    let entries = sizes.values().reduce((sum, size) => sum + size, 0);
    for (const [id, size] of sizes) {
      if (entries <= entriesKeptMax) return;
      entries -= size;
      sizes.delete(id);
      kept.delete(id);
    }
  }

  async function keep(lotteryId: string): Promise<PoolTree> {
    const building = build(lotteryId);
    kept.set(lotteryId, building);
    try {
      const built = await building;
      sizes.set(lotteryId, built.pool.length);
      trim();
      return built;
    } catch (error) {
      kept.delete(lotteryId);
      throw error;
    }
  }

  return {
    async get(lotteryId) {
      const known = kept.get(lotteryId);
      if (known === undefined) return keep(lotteryId);
      const built = await known;
      // Used last: dropped last.
      if (sizes.delete(lotteryId)) sizes.set(lotteryId, built.pool.length);
      return built;
    },
  };
}
