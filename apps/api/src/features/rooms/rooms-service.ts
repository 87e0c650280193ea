import {
  type Database,
  deleteCoverUpload,
  deleteRoom,
  findRoom,
  findStreamKey,
  insertRoom,
  isRoomKnownTo,
  type LockedRoom,
  listPublicRooms,
  listRoomsOf,
  type Orm,
  queueObjectRemovals,
  type RoomFaceRow,
  type RoomListOrder,
  type RoomPatch,
  updateRoom,
} from "@barrage/db";
import { roomFaceOf } from "@barrage/domain";
import { coversPrefix, coverUploadsPrefix } from "@barrage/platform";
import { AppError, idSchema, type RoomLimits, type UserRef, type Visibility } from "@barrage/protocol";
import { z } from "zod";
import type { FeatureGate } from "../../feature-gate.ts";
import { createPageCursor } from "../../paging/page-cursor.ts";
import type { RoomAccess, Visitor } from "../../room-access/room-access.ts";
import type { EventDraft, RoomChanges } from "../../room-access/room-changes.ts";
import type { RoomPolicies } from "../../room-access/room-policies.ts";
import { type RoomView, toRoomView } from "./room-view.ts";
import { newStreamKey } from "./stream-key.ts";

/** What a host fills in for a new room; checked by `newRoomSchema` of the domain. */
export interface NewRoom {
  readonly title: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly password?: string | undefined;
}

/** What a host changes; what is left out stays. */
export interface RoomUpdate {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly visibility?: Visibility | undefined;
  readonly password?: string | undefined;
  readonly slowModeMs?: number | undefined;
  readonly followersOnly?: boolean | undefined;
  /** Whether viewers see who else is there. */
  readonly memberList?: boolean | undefined;
  /** How much of a crowd is shown; null: as usual. */
  readonly limits?: RoomLimits | null | undefined;
}

/** Which public rooms. */
export interface RoomQuery {
  readonly cursor?: string | undefined;
  readonly order: RoomListOrder;
  readonly limit: number;
  readonly search?: string | undefined;
}

/** A page of rooms. */
export interface RoomPage {
  readonly items: readonly RoomView[];
  /** Where the list goes on; null at its end. */
  readonly nextCursor: string | null;
}

/** Rooms and what their hosts do with them. */
export interface RoomsService {
  /** @throws AppError `limit_reached` */
  create(host: UserRef, room: NewRoom): Promise<RoomView>;
  /** @throws AppError `forbidden`, `room_not_found`, `input_invalid` when room and password don't go together */
  update(host: UserRef, id: string, update: RoomUpdate): Promise<RoomView>;
  /** @throws AppError `room_not_found`, `room_password_wrong`, `rate_limited` */
  get(id: string, visitor: Visitor): Promise<RoomView>;
  /** @throws AppError `cursor_malformed` */
  list(viewerId: string | null, query: RoomQuery): Promise<RoomPage>;
  mine(userId: string): Promise<readonly RoomView[]>;
  /** Removes the room and everything of it. @throws AppError `room_live`, `forbidden`, `room_not_found` */
  remove(host: UserRef, id: string): Promise<void>;
  /** @throws AppError `forbidden`, `room_not_found` */
  streamKey(host: UserRef, id: string): Promise<string>;
  /** Makes a new stream key; the old one opens nothing from the commit on. */
  rotateStreamKey(host: UserRef, id: string): Promise<string>;
}

export interface RoomsServiceDeps {
  readonly database: Database;
  readonly changes: RoomChanges;
  readonly policies: RoomPolicies;
  readonly access: RoomAccess;
  readonly passwords: { hash(password: string): Promise<string> };
  /** Counts one password set by a user. @throws AppError `rate_limited` */
  readonly takePassword: (userId: string) => Promise<void>;
  readonly newId: () => string;
  readonly requireFeature: FeatureGate;
  /** From the operating system. */
  readonly randomBytes: (count: number) => Uint8Array;
}

const roomsPerHostMax = 50;

const listCursor = createPageCursor(
  z.strictObject({
    live: z.boolean(),
    order: z.enum(["viewers", "hot"]),
    rank: z.int32().nonnegative(),
    createdAtMicros: z.int().nonnegative(),
    id: idSchema,
  }),
);

/** The event that shows a room's face to those who watch it. */
function faceEvent(type: "room.created" | "room.updated", room: RoomFaceRow): EventDraft {
  return { type, data: { face: roomFaceOf(room) } };
}

const passwordFault = (message: string) =>
  new AppError("input_invalid", { issues: [{ path: "password", message }] });

/**
 * What has to be written for an update, and the room's face after it.
 * @throws AppError `input_invalid`: a private room, and no other, has a password
 */
function planUpdate(room: LockedRoom, update: RoomUpdate, passwordHash: string | undefined) {
  const face: RoomFaceRow = {
    title: update.title ?? room.title,
    description: update.description ?? room.description,
    visibility: update.visibility ?? room.visibility,
    slowModeMs: update.slowModeMs ?? room.slowModeMs,
    followersOnly: update.followersOnly ?? room.followersOnly,
    limits: update.limits === undefined ? room.limits : update.limits,
    cover: room.cover,
  };
  const isPrivate = face.visibility === "private";
  if (!isPrivate && passwordHash !== undefined) throw passwordFault("only a private room has a password");
  if (isPrivate && passwordHash === undefined && !room.hasPassword) {
    throw passwordFault("a private room needs a password");
  }
  const { memberList } = update;
  const patch: RoomPatch = {
    ...face,
    memberList,
    ...(isPrivate ? { passwordHash } : { passwordHash: null }),
  };
  return { face, patch };
}

async function findView(orm: Orm, id: string, viewerId: string | null): Promise<RoomView> {
  const room = await findRoom(orm, id, viewerId);
  if (room === undefined) throw new AppError("room_not_found");
  return toRoomView(room);
}

/** Hashing costs what all log-ins share, so it is counted first: the change itself is only counted with its lock. */
async function hashFor(deps: RoomsServiceDeps, userId: string, password: string): Promise<string> {
  await deps.takePassword(userId);
  return deps.passwords.hash(password);
}

/** @throws AppError `forbidden`; `room_not_found` for who need not know of the room */
async function streamKeyOf(orm: Orm, id: string, hostId: string): Promise<string> {
  const key = await findStreamKey(orm, { id, hostId });
  if (key !== undefined) return key;
  throw new AppError((await isRoomKnownTo(orm, id, hostId)) ? "forbidden" : "room_not_found");
}

async function createRoom(deps: RoomsServiceDeps, host: UserRef, room: NewRoom): Promise<RoomView> {
  deps.requireFeature("features.rooms");
  const passwordHash = room.password === undefined ? null : await hashFor(deps, host.id, room.password);
  const id = deps.newId();
  const { title, description, visibility } = room;
  await deps.changes.create({ roomId: id, user: host }, async (orm) => {
    const streamKey = newStreamKey(deps.randomBytes);
    const row = { id, hostId: host.id, title, description, visibility, passwordHash, streamKey };
    const at = await insertRoom(orm, row, roomsPerHostMax);
    if (at === undefined) throw new AppError("limit_reached");
    const usual = { slowModeMs: 0, followersOnly: false, limits: null, cover: null };
    const face = { title, description, visibility, ...usual };
    return { result: undefined, at, events: [faceEvent("room.created", face)] };
  });
  return findView(deps.database.orm, id, host.id);
}

async function listRooms(orm: Orm, viewerId: string | null, query: RoomQuery): Promise<RoomPage> {
  const { cursor, limit, search, order } = query;
  const after = cursor === undefined ? undefined : listCursor.read(cursor);
  // A place in one order is nowhere in the other.
  if (after !== undefined && after.order !== order) throw new AppError("cursor_malformed");
  const found = await listPublicRooms(orm, { viewerId, after, order, limit: limit + 1, search });
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(toRoomView),
    nextCursor: last === undefined ? null : listCursor.write({ ...last.position, order }),
  };
}

/** Makes the service. */
export function createRoomsService(deps: RoomsServiceDeps): RoomsService {
  const { database, changes, policies, access } = deps;
  const { orm } = database;
  return {
    create: (host, room) => createRoom(deps, host, room),

    async update(host, id, update) {
      const { password } = update;
      // Before the lock, since hashing takes long, and for the host alone; the lock judges that once more.
      if (password !== undefined) await streamKeyOf(orm, id, host.id);
      const passwordHash = password === undefined ? undefined : await hashFor(deps, host.id, password);
      await changes.change({ roomId: id, user: host, as: "host" }, async (orm, room) => {
        const { face, patch } = planUpdate(room, update, passwordHash);
        await updateRoom(orm, id, patch);
        return { result: undefined, events: [faceEvent("room.updated", face)] };
      });
      return findView(orm, id, host.id);
    },

    async get(id, visitor) {
      await access.enter(await policies.get(id), visitor);
      return findView(orm, id, visitor.userId);
    },

    list: (viewerId, query) => listRooms(orm, viewerId, query),
    mine: async (userId) => (await listRoomsOf(orm, userId)).map(toRoomView),

    async remove(host, id) {
      await changes.change({ roomId: id, user: host, as: "host" }, async (orm) => {
        if (!(await deleteRoom(orm, id))) throw new AppError("room_live");
        if ((await deleteCoverUpload(orm, id)) !== undefined) {
          await queueObjectRemovals(orm, [coversPrefix(id), coverUploadsPrefix(id)]);
        }
        return { result: undefined, events: [{ type: "room.deleted", data: {} }] };
      });
    },

    streamKey: (host, id) => streamKeyOf(orm, id, host.id),

    rotateStreamKey: (host, id) =>
      changes.change({ roomId: id, user: host, as: "host" }, async (orm) => {
        const streamKey = newStreamKey(deps.randomBytes);
        await updateRoom(orm, id, { streamKey });
        return { result: streamKey, events: [{ type: "room.key_rotated", data: {} }] };
      }),
  };
}
