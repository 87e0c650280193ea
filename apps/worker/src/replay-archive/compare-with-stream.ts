import type { SessionArchiveRow } from "@barrage/db";
import type { LogEntry, RoomLog } from "@barrage/platform";
import type { EventCheck } from "./verify-session.ts";

interface Comparison {
  readonly row: SessionArchiveRow;
  readonly fault: (text: string) => void;
}

const pageEntries = 5_000;

/** Compares a session's events, byte for byte, with those that the log still holds. */
export async function compareWithStream(
  roomLog: Pick<RoomLog, "epoch" | "bounds" | "readAfter">,
  { row, fault }: Comparison,
): Promise<EventCheck> {
  const bounds = await roomLog.bounds();
  const isSameLog = bounds.epoch === row.epoch;
  const firstSeq = Math.max(row.firstSeq, bounds.firstSeq);
  let waiting: LogEntry[] = [];
  let afterSeq = firstSeq - 1;
  let isComplete = !isSameLog;
  let compared = 0;

  async function next(): Promise<LogEntry | undefined> {
    if (waiting.length === 0 && !isComplete) {
      const page = await roomLog.readAfter(row.roomId, { afterSeq, limit: pageEntries });
      waiting = page.entries.filter(({ seq }) => seq <= row.archivedSeq).toReversed();
      afterSeq = page.entries.at(-1)?.seq ?? afterSeq;
      isComplete = page.complete || afterSeq >= row.archivedSeq;
    }
    return waiting.pop();
  }

  return {
    async take({ seq, json }) {
      if (!isSameLog || seq < firstSeq) return;
      let entry = await next();
      for (; entry !== undefined && entry.seq < seq; entry = await next()) {
        fault(`event ${entry.seq} is in the log and not in the archive`);
      }
      if (entry === undefined || entry.seq > seq) {
        fault(`event ${seq} is in the archive and not in the log`);
        if (entry !== undefined) waiting.push(entry);
      } else {
        compared += 1;
        if (Buffer.compare(entry.json, json) !== 0) fault(`event ${seq} is not as it is in the log`);
      }
    },
    async finish() {
      for (let entry = await next(); entry !== undefined; entry = await next()) {
        fault(`event ${entry.seq} is in the log and not in the archive`);
      }
      return compared;
    },
  };
}
