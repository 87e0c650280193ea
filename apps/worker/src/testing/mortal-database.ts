import type { Database, Orm } from "@barrage/db";

/** A process as its database sees it: it may die at any statement. For tests. */
export interface MortalDatabase {
  readonly database: Database;
  /** True once it is dead: from then on it does nothing any more, as a killed process does. */
  isDead(): boolean;
}

class Killed extends Error {}

/** Every way to begin a statement. */
const statements = new Set<PropertyKey>(["select", "insert", "update", "delete", "execute"]);

/**
 * `database` for one process that dies at its `fatal`-th moment. The moments are those at which a kill makes a
 * difference: before each statement (in a transaction, all of it is rolled back) and after each commit, before the
 * process has heard of it.
 */
export function mortalDatabase(database: Database, fatal: number): MortalDatabase {
  let moments = 0;

  function live(): void {
    moments += 1;
    if (moments >= fatal) throw new Killed(`killed at moment ${fatal}`);
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
    database: {
      ...database,
      orm: mortal(database.orm),
      async transaction(work) {
        live();
        const result = await database.transaction((orm) => work(mortal(orm)));
        live();
        return result;
      },
    },
  };
}
