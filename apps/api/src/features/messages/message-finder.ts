import { type Database, findMessage } from "@barrage/db";
import { parseCursor } from "@barrage/protocol";
import { archivedMessageView, decodeSentEvent, type MessageView, toMessageView } from "./message-view.ts";
import type { MessageLog } from "./send-service.ts";
import type { SentRecords } from "./sent-records.ts";

/** What is known of a message that is looked for. */
export interface MessageClue {
  readonly id: string;
  /** Its place in the room log. */
  readonly cursor?: string | undefined;
}

/** Finds messages in the archive and, while the archive does not have them yet, in the room log. */
export interface MessageFinder {
  /** The message; undefined when it is neither archived nor where the clue says. @throws AppError `cursor_malformed` */
  find(clue: MessageClue): Promise<MessageView | undefined>;
}

/** Makes the finder. */
export function createMessageFinder(deps: {
  readonly database: Database;
  readonly log: Pick<MessageLog, "entryAt"> & { epoch(): string };
  readonly records: Pick<SentRecords, "find">;
}): MessageFinder {
  const { database, log, records } = deps;

  async function inLog(clue: MessageClue): Promise<MessageView | undefined> {
    const place = clue.cursor ?? (await records.find(clue.id))?.cursor;
    if (place === undefined) return undefined;
    const { epoch, seq } = parseCursor(place);
    if (epoch !== log.epoch() || seq === 0) return undefined;
    const entry = await log.entryAt(seq);
    const event = entry && decodeSentEvent(entry.json);
    // The log's word alone counts: the clue comes from a stranger.
    return event?.data.id === clue.id ? toMessageView(event, false) : undefined;
  }

  return {
    async find(clue) {
      const archived = await findMessage(database.orm, clue.id);
      return archived === undefined ? inLog(clue) : archivedMessageView(archived);
    },
  };
}
