import { type Database, listOpenCounts } from "@barrage/db";
import type { RoomLog } from "@barrage/platform";
import type { RoomEvent } from "@barrage/protocol";

interface EntryCounterDeps {
  readonly database: Database;
  readonly roomLog: RoomLog;
  readonly newId: () => string;
  readonly now: () => number;
}

/** Tells rooms how many are in their lotteries. */
export interface EntryCounter {
  /** Counts, and tells what changed: one event per lottery and call, however many entered. */
  tell(): Promise<void>;
}

/**
 * A count is no state: it goes straight to the log, and a lost one is mended by the next change. What was told is
 * remembered for open lotteries alone.
 */
export function createEntryCounter({ database, roomLog, newId, now }: EntryCounterDeps): EntryCounter {
  let told: ReadonlyMap<string, number> = new Map();
  return {
    async tell() {
      const counts = await listOpenCounts(database.orm);
      const before = told;
      told = new Map(counts.map(({ id, entries }) => [id, entries]));
      for (const { id, roomId, entries } of counts) {
        if (entries === (before.get(id) ?? 0)) continue;
        const event: RoomEvent = {
          v: 1,
          type: "lottery.counted",
          room: roomId,
          at: now(),
          data: { id, entries },
        };
        await roomLog.publish(event, { messageId: newId() });
      }
    },
  };
}
