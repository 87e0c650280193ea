import {
  countModerators,
  countSanctions,
  type Database,
  deleteModerator,
  deleteSanction,
  findMember,
  findMemberByName,
  findModerationOf,
  insertModerator,
  isRoomKnownTo,
  type LockedRoom,
  listModerators,
  listSanctions,
  type Member,
  type Orm,
  type SanctionedRow,
  type SanctionKind,
  updateRoom,
  upsertSanction,
} from "@barrage/db";
import { canModerate, normalizeBlockedWords, roomFaceOf } from "@barrage/domain";
import { AppError, type UserRef } from "@barrage/protocol";
import type { EventDraft, RoomChanges } from "../../room-access/room-changes.ts";

/** A user who may not do something in a room; `untilMs` null: for good. */
export interface Sanctioned {
  readonly user: UserRef;
  readonly untilMs: number | null;
}

/** A room's moderation tools. */
export interface ModerationView {
  readonly moderators: readonly UserRef[];
  readonly muted: readonly Sanctioned[];
  readonly banned: readonly Sanctioned[];
  /** As they are compared: letters and digits alone, in lower case. */
  readonly blockedWords: readonly string[];
}

/** A mute or ban of one user in one room. */
export interface SanctionOrder {
  readonly roomId: string;
  readonly userId: string;
  readonly kind: SanctionKind;
}

/** Who helps in a room, and who may not write there. */
export interface ModerationService {
  /** @throws AppError `forbidden`, `room_not_found`: for the host and moderators alone */
  view(userId: string, roomId: string): Promise<ModerationView>;
  /**
   * Names or dismisses a moderator; a moderator's sanctions end.
   * @throws AppError `user_not_found`, `limit_reached`, `input_invalid` for the host; `forbidden`, `room_not_found`
   */
  setModerator(
    host: UserRef,
    order: { readonly roomId: string; readonly userName: string; readonly moderator: boolean },
  ): Promise<void>;
  /** @throws AppError `forbidden` unless in rank above the user; `user_not_found`, `limit_reached`, `room_not_found` */
  sanction(moderator: UserRef, order: SanctionOrder, minutes: number | null): Promise<void>;
  /** Lifting what is not there changes nothing. @throws as {@link ModerationService.sanction} */
  lift(moderator: UserRef, order: SanctionOrder): Promise<void>;
  /** @throws AppError `forbidden`, `room_not_found` */
  setBlockedWords(moderator: UserRef, roomId: string, words: readonly string[]): Promise<void>;
}

const moderatorsMax = 100;
/** All of them are in the memory of every api node that the room is used on. */
const sanctionsMax = 10_000;
const minuteMs = 60_000;

const liftedEvents = { mute: "user.unmuted", ban: "user.unbanned" } as const;
const imposedEvents = { mute: "user.muted", ban: "user.banned" } as const;

/** Lifts sanctions; the events of those that were in force. */
async function liftAll(
  orm: Orm,
  target: { readonly roomId: string; readonly user: UserRef },
  kinds: readonly SanctionKind[],
): Promise<EventDraft[]> {
  const events: EventDraft[] = [];
  for (const kind of kinds) {
    const lifted = await deleteSanction(orm, { roomId: target.roomId, userId: target.user.id, kind });
    if (lifted) events.push({ type: liftedEvents[kind], data: { user: target.user } });
  }
  return events;
}

async function nameModerator(orm: Orm, room: LockedRoom, { user }: Member): Promise<EventDraft[]> {
  if ((await countModerators(orm, room.id)) >= moderatorsMax) throw new AppError("limit_reached");
  if (!(await insertModerator(orm, room.id, user.id))) return [];
  const lifted = await liftAll(orm, { roomId: room.id, user }, ["mute", "ban"]);
  return [...lifted, { type: "moderator.added", data: { user } }];
}

async function dismissModerator(orm: Orm, room: LockedRoom, { user }: Member): Promise<EventDraft[]> {
  const dismissed = await deleteModerator(orm, room.id, user.id);
  return dismissed ? [{ type: "moderator.removed", data: { user } }] : [];
}

function hostIsNoModerator(): AppError {
  return new AppError("input_invalid", {
    issues: [{ path: "userName", message: "the host needs no such role" }],
  });
}

async function viewModeration(orm: Orm, userId: string, roomId: string): Promise<ModerationView> {
  const own = await findModerationOf(orm, roomId, userId);
  if (own === undefined) {
    throw new AppError((await isRoomKnownTo(orm, roomId, userId)) ? "forbidden" : "room_not_found");
  }
  const [moderators, sanctions] = await Promise.all([
    listModerators(orm, roomId),
    listSanctions(orm, roomId),
  ]);
  return {
    moderators,
    muted: toSanctioned(sanctions, "mute"),
    banned: toSanctioned(sanctions, "ban"),
    blockedWords: own.blockedWords,
  };
}

/** The user, when the one who holds the lock stands above them. */
async function subordinate(orm: Orm, room: LockedRoom, userId: string): Promise<UserRef> {
  const member = await findMember(orm, room.id, userId);
  if (member === undefined) throw new AppError("user_not_found");
  if (!canModerate(room.role, member.role)) throw new AppError("forbidden");
  return member.user;
}

const toSanctioned = (rows: readonly SanctionedRow[], kind: SanctionKind): Sanctioned[] =>
  rows
    .filter((row) => row.kind === kind)
    .map(({ user, until }) => ({ user, untilMs: until?.getTime() ?? null }));

/** Makes the service. */
export function createModerationService(deps: {
  readonly database: Database;
  readonly changes: RoomChanges;
}): ModerationService {
  const { database, changes } = deps;
  return {
    view: (userId, roomId) => viewModeration(database.orm, userId, roomId),

    async setModerator(host, { roomId, userName, moderator }) {
      await changes.change({ roomId, user: host, as: "host" }, async (orm, room) => {
        const member = await findMemberByName(orm, roomId, userName);
        if (member === undefined) throw new AppError("user_not_found");
        if (member.role === "host") throw hostIsNoModerator();
        const events = await (moderator ? nameModerator : dismissModerator)(orm, room, member);
        return { result: undefined, events };
      });
    },

    async sanction(moderator, { roomId, userId, kind }, minutes) {
      await changes.change({ roomId, user: moderator, as: "moderator" }, async (orm, room) => {
        const user = await subordinate(orm, room, userId);
        if ((await countSanctions(orm, roomId)) >= sanctionsMax) throw new AppError("limit_reached");
        const untilMs = minutes === null ? null : room.now.getTime() + minutes * minuteMs;
        const until = untilMs === null ? null : new Date(untilMs);
        await upsertSanction(orm, { roomId, userId, kind, until, byId: moderator.id });
        return { result: undefined, events: [{ type: imposedEvents[kind], data: { user, untilMs } }] };
      });
    },

    async lift(moderator, { roomId, userId, kind }) {
      await changes.change({ roomId, user: moderator, as: "moderator" }, async (orm, room) => {
        const user = await subordinate(orm, room, userId);
        return { result: undefined, events: await liftAll(orm, { roomId, user }, [kind]) };
      });
    },

    async setBlockedWords(moderator, roomId, words) {
      await changes.change({ roomId, user: moderator, as: "moderator" }, async (orm, room) => {
        await updateRoom(orm, roomId, { blockedWords: normalizeBlockedWords(words) });
        // The words themselves are in no event: everybody reads those, and the list teaches how to get around it.
        const face = roomFaceOf(room);
        return { result: undefined, events: [{ type: "room.updated", data: { face } }] };
      });
    },
  };
}
