import {
  type ArchiveState,
  closeSession,
  type Database,
  findLiveRoomIdOf,
  listSessions,
  openSession,
} from "@barrage/db";
import { AppError, idSchema, type UserRef } from "@barrage/protocol";
import { z } from "zod";
import { createPageCursor } from "../../paging/page-cursor.ts";
import type { Visitor } from "../../room-access/room-access.ts";
import type { RoomChanges } from "../../room-access/room-changes.ts";
import type { WatchGate } from "../../room-access/watch-gate.ts";

/** One stretch of being live. Times in milliseconds since 1970. */
export interface SessionView {
  readonly id: string;
  readonly startedAtMs: number;
  /** Null while it runs. */
  readonly endedAtMs: number | null;
  readonly peakViewers: number;
  /** About how many different people watched: users, and the addresses of those who were not logged in. */
  readonly uniqueViewers: number;
  /** Archived messages, deleted ones left out. */
  readonly messages: number;
  /** How much of it can be seen again: nothing (yet), all of it, or all but an end that was lost. */
  readonly archive: ArchiveState;
}

/** Going live and what remains of it. */
export interface LiveService {
  /**
   * Opens a session. Starting a room that is live already changes nothing.
   * @throws AppError `already_live` when another room of the host is live; `forbidden`, `room_not_found`
   */
  start(host: UserRef, roomId: string): Promise<void>;
  /** Ends the running session. @throws AppError `room_not_live`, `forbidden`, `room_not_found` */
  end(host: UserRef, roomId: string): Promise<void>;
  /** Ends the session that a host has running, in whichever room: on their behalf. Nothing changes where there is none. */
  endWherever(host: UserRef): Promise<void>;
  /** A room's sessions, the newest first. @throws AppError `cursor_malformed` and what {@link WatchGate} throws */
  sessions(
    roomId: string,
    visitor: Visitor,
    page: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<{ readonly items: readonly SessionView[]; readonly nextCursor: string | null }>;
}

export interface LiveServiceDeps {
  readonly database: Database;
  readonly changes: RoomChanges;
  readonly gate: WatchGate;
  readonly newId: () => string;
}

const sessionCursor = createPageCursor(
  z.strictObject({ startedAtMicros: z.int().nonnegative(), id: idSchema }),
);

/** Makes the service. */
export function createLiveService(deps: LiveServiceDeps): LiveService {
  const { database, changes } = deps;
  return {
    async start(host, roomId) {
      await changes.change({ roomId, user: host, as: "host" }, async (orm, room) => {
        if (room.liveSessionId !== null) return { result: undefined, events: [] };
        const session = deps.newId();
        await openSession(orm, { id: session, roomId, hostId: room.hostId, startedAt: room.now });
        const limits = room.limits === null ? {} : { limits: room.limits };
        return { result: undefined, events: [{ type: "room.started", data: { session, ...limits } }] };
      });
    },

    async end(host, roomId) {
      if (!(await endIfLive(changes, host, roomId))) throw new AppError("room_not_live");
    },

    async endWherever(host) {
      const roomId = await findLiveRoomIdOf(database.orm, host.id);
      if (roomId !== undefined) await endIfLive(changes, host, roomId);
    },

    async sessions(roomId, visitor, { cursor, limit }) {
      const after = cursor === undefined ? undefined : sessionCursor.read(cursor);
      await deps.gate.enter(roomId, visitor);
      const found = await listSessions(database.orm, { roomId, after, limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map((session) => ({
          id: session.id,
          startedAtMs: session.startedAt.getTime(),
          endedAtMs: session.endedAt?.getTime() ?? null,
          peakViewers: session.peakViewers,
          uniqueViewers: session.uniqueViewers,
          messages: session.messages,
          archive: session.archive,
        })),
        nextCursor:
          last === undefined
            ? null
            : sessionCursor.write({ startedAtMicros: last.startedAtMicros, id: last.id }),
      };
    },
  };
}

/** @returns false when the room is not live */
function endIfLive(changes: RoomChanges, host: UserRef, roomId: string): Promise<boolean> {
  return changes.change({ roomId, user: host, as: "host" }, async (orm, room) => {
    const session = room.liveSessionId;
    if (session === null) return { result: false, events: [] };
    await closeSession(orm, { id: session, roomId, endedAt: room.now });
    return { result: true, events: [{ type: "room.ended", data: { session } }] };
  });
}
