import { listMessagesInLogOrder, type Orm, type SessionArchiveRow } from "@barrage/db";
import { type ArchiveChange, archiveChangeOf } from "../archive/archive-change.ts";
import type { EventCheck } from "./verify-session.ts";

interface Comparison {
  readonly row: SessionArchiveRow;
  readonly fault: (text: string) => void;
}

type Message = Awaited<ReturnType<typeof listMessagesInLogOrder>>[number];

const pageRows = 2_000;

/** Compares a session's messages with those in Postgres: each is there once, with every field as it was sent. */
export function compareWithMessages(orm: Orm, { row, fault }: Comparison): EventCheck {
  let waiting: Message[] = [];
  let afterSeq = row.firstSeq - 1;
  let isComplete = false;
  let compared = 0;

  async function next(): Promise<Message | undefined> {
    if (waiting.length === 0 && !isComplete) {
      const { roomId, epoch, archivedSeq: untilSeq } = row;
      const page = await listMessagesInLogOrder(orm, { roomId, epoch, afterSeq, untilSeq, limit: pageRows });
      isComplete = page.length < pageRows;
      afterSeq = page.at(-1)?.seq ?? afterSeq;
      waiting = page.toReversed();
    }
    return waiting.pop();
  }

  return {
    async take({ seq, json }) {
      const change = readChange({ roomId: row.roomId, epoch: row.epoch, seq, json });
      if (change?.kind !== "add") return;
      let message = await next();
      for (; message !== undefined && message.seq < seq; message = await next()) {
        fault(`message ${message.seq} is in Postgres and not in the archive`);
      }
      if (message === undefined || message.seq > seq) {
        fault(`message ${seq} is in the archive and not in Postgres`);
        if (message !== undefined) waiting.push(message);
      } else {
        compared += 1;
        const { deletedAt: _deletedAt, ...sent } = message;
        if (!Bun.deepEquals(sent, change.row)) fault(`message ${seq} is not as it is in Postgres`);
      }
    },
    async finish() {
      for (let message = await next(); message !== undefined; message = await next()) {
        fault(`message ${message.seq} is in Postgres and not in the archive`);
      }
      return compared;
    },
  };
}

/** What Postgres can't hold is not there to be compared. */
function readChange(entry: Parameters<typeof archiveChangeOf>[0]): ArchiveChange | undefined {
  try {
    return archiveChangeOf(entry);
  } catch {
    return undefined;
  }
}
