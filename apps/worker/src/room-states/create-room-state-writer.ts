import { type Database, findRoomStates, type RoomStateRow } from "@barrage/db";
import type { RoomState, RoomStates } from "@barrage/platform";
import { isId } from "@barrage/protocol";

interface RoomStateWriterDeps {
  readonly database: Database;
  readonly roomStates: RoomStates;
}

/** Copies rooms' states from Postgres to where the realtime nodes read them. */
export interface RoomStateWriter {
  /**
   * Makes the copies of these rooms as the rows are now. One sync at a time, so that no older row overwrites a newer.
   * @throws what Postgres or NATS throw; some copies may be made then, all of them correct.
   */
  sync(roomIds: readonly string[]): Promise<void>;
}

/** See {@link RoomStateWriter}. */
export function createRoomStateWriter({ database, roomStates }: RoomStateWriterDeps): RoomStateWriter {
  let last: Promise<unknown> = Promise.resolve();

  async function copy(roomId: string, row: RoomStateRow | undefined): Promise<void> {
    if (row === undefined) return await roomStates.delete(roomId);
    const state = stateOf(row);
    // Most are as they were, and reading is cheaper than writing, which waits for the disk.
    if (!Bun.deepEquals(await roomStates.get(roomId), state)) await roomStates.put(roomId, state);
  }

  async function syncNow(roomIds: readonly string[]): Promise<void> {
    // The outbox may hold an event of an impossible room; there is nothing to copy for it.
    const ids = [...new Set(roomIds)].filter(isId);
    const rows = await findRoomStates(database.orm, ids);
    const byId = new Map(rows.map((row) => [row.id, row]));
    await Promise.all(ids.map((id) => copy(id, byId.get(id))));
  }

  return {
    async sync(roomIds) {
      if (roomIds.length === 0) return;
      const before = last;
      const own = (async () => {
        await before.catch(() => undefined);
        await syncNow(roomIds);
      })();
      last = own;
      await own;
    },
  };
}

function stateOf({ visibility, liveSessionId, hostId, limits }: RoomStateRow): RoomState {
  const status = liveSessionId === null ? "idle" : "live";
  return { visibility, status, sessionId: liveSessionId, hostId, ...(limits === null ? {} : { limits }) };
}
