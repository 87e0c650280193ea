import type { Role, RoomLimits, Visibility } from "@barrage/protocol";
import { and, count, desc, eq, exists, ilike, or, type SQL, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { follows, recordings, roomSessions, rooms, users } from "../schema/index.ts";
import { isModeratorOf } from "./rooms-lock.ts";

/** A room as somebody sees it. */
export interface RoomRow {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly host: { readonly id: string; readonly name: string };
  readonly sessionId: string | null;
  readonly startedAt: Date | null;
  readonly viewers: number;
  readonly slowModeMs: number;
  readonly followersOnly: boolean;
  /** The name of its cover; null: none. */
  readonly cover: string | null;
  /** Whether viewers see who else is there. */
  readonly memberList: boolean;
  readonly createdAt: Date;
  /** What the one who asked is in this room; null for nobody in particular. */
  readonly viewerRole: Role | null;
  readonly following: boolean;
}

/** The place of a room in the list of public rooms. */
export interface RoomListPosition {
  readonly live: boolean;
  /** By what live rooms are ordered: viewers or hot score. */
  readonly rank: number;
  /** Microseconds since 1970, as Postgres has them: milliseconds would repeat or skip rooms at a page's edge. */
  readonly createdAtMicros: number;
  readonly id: string;
}

/** By what the list puts live rooms first. */
export type RoomListOrder = "viewers" | "hot";

/** A room in the list, with its place there. */
export interface ListedRoomRow extends RoomRow {
  readonly position: RoomListPosition;
}

const isLive = sql<boolean>`(${rooms.liveSessionId} is not null)`;
const createdAtMicros = sql`(extract(epoch from ${rooms.createdAt}) * 1000000)::bigint`.mapWith(Number);

const isFollower = (orm: Orm, userId: string) =>
  exists(
    orm
      .select({ one: sql`1` })
      .from(follows)
      .where(and(eq(follows.followerId, userId), eq(follows.followeeId, rooms.hostId))),
  );

/** Rooms with everything a view needs, in one query whatever their number. */
function selectRooms(orm: Orm, viewerId: string | null) {
  const ofViewer = (condition: (userId: string) => SQL) =>
    viewerId === null ? sql<boolean>`false` : sql<boolean>`${condition(viewerId)}`;
  return orm
    .select({
      id: rooms.id,
      title: rooms.title,
      description: rooms.description,
      visibility: rooms.visibility,
      host: { id: users.id, name: users.name },
      sessionId: rooms.liveSessionId,
      startedAt: roomSessions.startedAt,
      viewers: rooms.viewerCount,
      slowModeMs: rooms.slowModeMs,
      followersOnly: rooms.followersOnly,
      cover: rooms.cover,
      memberList: rooms.memberList,
      createdAt: rooms.createdAt,
      createdAtMicros,
      hotScore: rooms.hotScore,
      isModerator: ofViewer((userId) => isModeratorOf(orm, userId)),
      following: ofViewer((userId) => isFollower(orm, userId)),
    })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.hostId))
    .leftJoin(roomSessions, eq(roomSessions.id, rooms.liveSessionId))
    .$dynamic();
}

type SelectedRoom = Awaited<ReturnType<typeof selectRooms>>[number];

function toRow(selected: SelectedRoom, viewerId: string | null, order: RoomListOrder): ListedRoomRow {
  const { isModerator, createdAtMicros, hotScore, ...room } = selected;
  const rank = order === "hot" ? hotScore : room.viewers;
  const role = room.host.id === viewerId ? "host" : isModerator ? "moderator" : "viewer";
  return {
    ...room,
    viewerRole: viewerId === null ? null : role,
    position: { live: room.sessionId !== null, rank, createdAtMicros, id: room.id },
  };
}

/** A room by its id, as `viewerId` sees it (null: nobody in particular). Whether they may is for the caller. */
export async function findRoom(orm: Orm, id: string, viewerId: string | null): Promise<RoomRow | undefined> {
  const [room] = await selectRooms(orm, viewerId).where(eq(rooms.id, id)).limit(1);
  return room === undefined ? undefined : toRow(room, viewerId, "viewers");
}

/** The rooms of a host, the newest first. */
export async function listRoomsOf(orm: Orm, hostId: string): Promise<readonly RoomRow[]> {
  const found = await selectRooms(orm, hostId)
    .where(eq(rooms.hostId, hostId))
    .orderBy(desc(rooms.createdAt), desc(rooms.id));
  return found.map((room) => toRow(room, hostId, "viewers"));
}

/** A text as a LIKE pattern that matches it anywhere and itself alone: `%` and `_` mean themselves. */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}

const rankColumns = { viewers: rooms.viewerCount, hot: rooms.hotScore } as const;

function isAfter(position: RoomListPosition, order: RoomListOrder): SQL {
  const createdAt = sql`timestamptz 'epoch' + ${position.createdAtMicros}::bigint * interval '1 microsecond'`;
  return sql`(${isLive}, ${rankColumns[order]}, ${rooms.createdAt}, ${rooms.id})
    < (${position.live}::boolean, ${position.rank}::int, ${createdAt}, ${position.id}::text)`;
}

/**
 * Public rooms after a place in the list: live ones first, by viewers or hot score, then the newest. Rooms that are added between
 * two pages move none of the others.
 */
export async function listPublicRooms(
  orm: Orm,
  page: {
    readonly viewerId: string | null;
    readonly after: RoomListPosition | undefined;
    readonly order: RoomListOrder;
    readonly limit: number;
    /** Part of a title or of a host's name, whatever the capitals. */
    readonly search: string | undefined;
  },
): Promise<readonly ListedRoomRow[]> {
  const { search, after, order } = page;
  const matches =
    search === undefined
      ? undefined
      : or(ilike(rooms.title, containing(search)), ilike(users.name, containing(search)));
  const found = await selectRooms(orm, page.viewerId)
    .where(
      and(eq(rooms.visibility, "public"), after === undefined ? undefined : isAfter(after, order), matches),
    )
    .orderBy(sql`${isLive} desc`, desc(rankColumns[order]), desc(rooms.createdAt), desc(rooms.id))
    .limit(page.limit);
  return found.map((room) => toRow(room, page.viewerId, page.order));
}

/** A room's password hash; null when it has none or there is no such room. */
export async function findRoomPasswordHash(orm: Orm, id: string): Promise<string | null> {
  const [room] = await orm.select({ passwordHash: rooms.passwordHash }).from(rooms).where(eq(rooms.id, id));
  return room?.passwordHash ?? null;
}

/** The stream key of a room of this host and of nobody else. */
export async function findStreamKey(
  orm: Orm,
  room: { readonly id: string; readonly hostId: string },
): Promise<string | undefined> {
  const [found] = await orm
    .select({ streamKey: rooms.streamKey })
    .from(rooms)
    .where(and(eq(rooms.id, room.id), eq(rooms.hostId, room.hostId)));
  return found?.streamKey;
}

/** What a new room starts with. */
export interface NewRoomRow {
  readonly id: string;
  readonly hostId: string;
  readonly title: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly passwordHash: string | null;
  readonly streamKey: string;
}

/**
 * Adds a room, unless its host has `roomsMax` already. Call it in a transaction: the host's row is locked, so that two
 * requests at once can't both take the last place.
 * @returns when it was created, by Postgres' clock; undefined when the host has too many
 */
export async function insertRoom(orm: Orm, room: NewRoomRow, roomsMax: number): Promise<Date | undefined> {
  await orm.select({ id: users.id }).from(users).where(eq(users.id, room.hostId)).for("update");
  const [owned] = await orm.select({ count: count() }).from(rooms).where(eq(rooms.hostId, room.hostId));
  if ((owned?.count ?? 0) >= roomsMax) return undefined;
  const [inserted] = await orm.insert(rooms).values(room).returning({ createdAt: rooms.createdAt });
  return inserted?.createdAt;
}

/** What a host may change about a room; what is left out stays. */
export interface RoomPatch {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly visibility?: Visibility | undefined;
  readonly passwordHash?: string | null | undefined;
  readonly slowModeMs?: number | undefined;
  readonly followersOnly?: boolean | undefined;
  readonly memberList?: boolean | undefined;
  readonly limits?: RoomLimits | null | undefined;
  readonly blockedWords?: string[] | undefined;
  readonly cover?: string | null | undefined;
  readonly streamKey?: string | undefined;
}

/** Changes a room whose row the caller has locked. */
export async function updateRoom(orm: Orm, id: string, patch: RoomPatch): Promise<void> {
  await orm
    .update(rooms)
    .set({ ...patch, updatedAt: sql`now()` })
    .where(eq(rooms.id, id));
}

/**
 * Removes a room that is not live, with its sessions, moderators and sanctions, and has its recordings removed. The
 * caller has locked its row.
 */
export async function deleteRoom(orm: Orm, id: string): Promise<boolean> {
  const rows = await orm
    .delete(rooms)
    .where(and(eq(rooms.id, id), sql`${rooms.liveSessionId} is null`))
    .returning({ id: rooms.id });
  if (rows.length === 0) return false;
  await orm
    .update(recordings)
    .set({ removing: true, attempts: 0, nextAttemptAt: sql`now()` })
    .where(eq(recordings.roomId, id));
  return true;
}
