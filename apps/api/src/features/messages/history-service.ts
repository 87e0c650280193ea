import { type Database, findNewestSession, hasSession, listMessages, type MessageRow } from "@barrage/db";
import { AppError, idSchema } from "@barrage/protocol";
import { z } from "zod";
import { momentSchema } from "../../paging/moment-schema.ts";
import { createPageCursor } from "../../paging/page-cursor.ts";
import type { Visitor } from "../../room-access/room-access.ts";
import type { WatchGate } from "../../room-access/watch-gate.ts";
import type { MessageFinder } from "./message-finder.ts";
import { archivedMessageView, type MessageView } from "./message-view.ts";

/** Which part of a session's history. */
export interface HistoryQuery {
  readonly room: string;
  /** The newest session when left out. */
  readonly session?: string | undefined;
  /** From this moment on, in milliseconds since 1970. */
  readonly fromMs?: number | undefined;
  /** Until before this moment. */
  readonly toMs?: number | undefined;
  readonly cursor?: string | undefined;
  readonly direction: "backward" | "forward";
  readonly limit: number;
}

/** A page of history. */
export interface History {
  /** In the order of time, whatever the direction of reading. */
  readonly items: readonly MessageView[];
  /** Where reading goes on in the same direction; null at the end. */
  readonly nextCursor: string | null;
}

/** What was said. */
export interface HistoryService {
  /** @throws AppError `message_not_found`, also when the visitor may not see the room */
  get(id: string, visitor: Visitor): Promise<MessageView>;
  /** @throws AppError `session_not_found`, `cursor_malformed`, and what {@link WatchGate} throws */
  history(query: HistoryQuery, visitor: Visitor): Promise<History>;
}

export interface HistoryServiceDeps {
  readonly database: Database;
  readonly gate: WatchGate;
  readonly finder: MessageFinder;
}

// The session is part of the place: without it, a room that goes live between two pages would change the subject.
const historyCursor = createPageCursor(
  z.strictObject({
    session: idSchema,
    direction: z.enum(["backward", "forward"]),
    atMs: momentSchema,
    seq: z.int().nonnegative(),
  }),
);

/** That there is such a message must not be learned from the way it is refused. */
const hidingCodes = new Set(["room_not_found", "room_password_wrong", "user_banned"]);

function startOf(query: HistoryQuery) {
  if (query.cursor === undefined) return undefined;
  const start = historyCursor.read(query.cursor);
  const other = query.session !== undefined && query.session !== start.session;
  if (other || start.direction !== query.direction) throw new AppError("cursor_malformed");
  return start;
}

function toHistory(query: HistoryQuery, session: string, found: readonly MessageRow[]): History {
  const page = found.slice(0, query.limit);
  const last = found.length > query.limit ? page.at(-1) : undefined;
  const { direction } = query;
  const inTime = direction === "forward" ? page : page.toReversed();
  return {
    items: inTime.map(archivedMessageView),
    nextCursor:
      last === undefined
        ? null
        : historyCursor.write({ session, direction, atMs: last.at.getTime(), seq: last.seq }),
  };
}

/** Makes the service. */
export function createHistoryService(deps: HistoryServiceDeps): HistoryService {
  const { database, gate } = deps;

  async function sessionOf(query: HistoryQuery, ofCursor: string | undefined): Promise<string | undefined> {
    const wanted = ofCursor ?? query.session;
    if (wanted === undefined) return findNewestSession(database.orm, query.room);
    if (!(await hasSession(database.orm, query.room, wanted))) throw new AppError("session_not_found");
    return wanted;
  }

  return {
    async get(id, visitor) {
      const found = await deps.finder.find({ id });
      if (found === undefined) throw new AppError("message_not_found");
      try {
        await gate.enter(found.room, visitor);
      } catch (error) {
        const hidden = error instanceof AppError && hidingCodes.has(error.code);
        throw hidden ? new AppError("message_not_found") : error;
      }
      return found;
    },

    async history(query, visitor) {
      const start = startOf(query);
      await gate.enter(query.room, visitor);
      const sessionId = await sessionOf(query, start?.session);
      if (sessionId === undefined) return { items: [], nextCursor: null };
      const found = await listMessages(database.orm, {
        sessionId,
        direction: query.direction,
        after: start,
        from: query.fromMs === undefined ? undefined : new Date(query.fromMs),
        to: query.toMs === undefined ? undefined : new Date(query.toMs),
        limit: query.limit + 1,
      });
      return toHistory(query, sessionId, found);
    },
  };
}
