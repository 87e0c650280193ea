import type { Database, Orm } from "@barrage/db";
import type { BeaconClient, RoomLog } from "@barrage/platform";

/** A process that is killed at one of its awaits. For tests. */
export interface MortalProcess {
  /** True once it is dead: from then on it does nothing any more, as a killed process does. */
  isDead(): boolean;
  /** How many moments it has lived through. */
  moments(): number;
  /** Dies before each statement (in a transaction, all of it is rolled back), and before it hears of a commit. */
  database(database: Database): Database;
  /** Dies before it asks, and before it hears the answer. */
  beacon(beacon: BeaconClient): BeaconClient;
  /** Dies before it reads, and before it has what it read. */
  log(log: Pick<RoomLog, "epoch" | "readAfter">): Pick<RoomLog, "epoch" | "readAfter">;
}

class Killed extends Error {}

/** Every way to begin a statement. */
const statements = new Set<PropertyKey>(["select", "insert", "update", "delete", "execute"]);

/**
 * A process that dies at its `fatal`-th moment. The moments are those at which a kill can make a difference: what it
 * computes in between (the hashes of a draw) leaves no trace, so to die there is to die before the next statement.
 */
export function mortalProcess(fatal: number): MortalProcess {
  let moments = 0;

  function live(): void {
    moments += 1;
    if (moments >= fatal) throw new Killed(`killed at moment ${fatal}`);
  }

  async function around<T>(work: () => Promise<T>): Promise<T> {
    live();
    const result = await work();
    live();
    return result;
  }

  function mortal(orm: Orm): Orm {
    return new Proxy(orm, {
      get(target, property) {
        if (statements.has(property)) live();
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  return {
    isDead: () => moments >= fatal,
    moments: () => moments,
    database: (database) => ({
      ...database,
      orm: mortal(database.orm),
      transaction: (work) => around(() => database.transaction((orm) => work(mortal(orm)))),
    }),
    beacon: (beacon) => ({ round: (...asked) => around(() => beacon.round(...asked)) }),
    log: (log) => ({
      epoch: () => log.epoch(),
      readAfter: (roomId, range) => around(() => log.readAfter(roomId, range)),
    }),
  };
}
