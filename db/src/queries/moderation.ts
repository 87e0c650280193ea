import type { Role, UserRef } from "@barrage/protocol";
import { and, asc, count, eq, isNull, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Orm } from "../database.ts";
import { roomModerators, roomSanctions, rooms, users } from "../schema/index.ts";
import { isModeratorOf } from "./rooms-lock.ts";

/** Who may not do what: a mute takes away writing, a ban watching too. */
export type SanctionKind = "mute" | "ban";

/** A user in a room's lists. `until` null: for good. */
export interface SanctionedRow {
  readonly user: UserRef;
  readonly kind: SanctionKind;
  readonly until: Date | null;
}

const inForce = or(isNull(roomSanctions.until), sql`${roomSanctions.until} > now()`);

/** What decides whether somebody may write in a room, all from one snapshot. */
const policySchema = z.object({
  roomId: z.string(),
  hostId: z.string(),
  visibility: z.enum(["public", "unlisted", "private"]),
  passwordHash: z.string().nullable(),
  sessionId: z.string().nullable(),
  slowModeMs: z.number(),
  followersOnly: z.boolean(),
  memberList: z.boolean(),
  blockedWords: z.array(z.string()),
  moderatorIds: z.array(z.string()),
  sanctions: z.array(
    z.object({ userId: z.string(), kind: z.enum(["mute", "ban"]), untilMs: z.number().nullable() }),
  ),
});

/** What decides whether somebody may write in a room. Sanctions that ended are left out. */
export type RoomPolicyRow = z.infer<typeof policySchema>;

/** A room's policy, read in one statement so that its parts belong together. */
export async function findRoomPolicy(orm: Orm, roomId: string): Promise<RoomPolicyRow | undefined> {
  const [row] = await orm
    .select({
      roomId: rooms.id,
      hostId: rooms.hostId,
      visibility: rooms.visibility,
      passwordHash: rooms.passwordHash,
      sessionId: rooms.liveSessionId,
      slowModeMs: rooms.slowModeMs,
      followersOnly: rooms.followersOnly,
      memberList: rooms.memberList,
      blockedWords: rooms.blockedWords,
      moderatorIds: sql`(select coalesce(json_agg(m.user_id), '[]') from ${roomModerators} m
        where m.room_id = "rooms"."id")`,
      sanctions: sql`(select coalesce(json_agg(json_build_object(
          'userId', s.user_id, 'kind', s.kind, 'untilMs', floor(extract(epoch from s.until) * 1000))), '[]')
        from ${roomSanctions} s where s.room_id = "rooms"."id" and (s.until is null or s.until > now()))`,
    })
    .from(rooms)
    .where(eq(rooms.id, roomId));
  return row === undefined ? undefined : policySchema.parse(row);
}

/** A user with the role they have in a room. */
export interface Member {
  readonly user: UserRef;
  readonly role: Role;
}

async function findMemberWhere(orm: Orm, roomId: string, condition: SQL): Promise<Member | undefined> {
  const [found] = await orm
    .select({
      id: users.id,
      name: users.name,
      hostId: rooms.hostId,
      isModerator: sql<boolean>`exists (select 1 from ${roomModerators} m
        where m.room_id = ${rooms.id} and m.user_id = ${users.id})`,
    })
    .from(users)
    .innerJoin(rooms, eq(rooms.id, roomId))
    .where(condition);
  if (found === undefined) return undefined;
  const role = found.id === found.hostId ? "host" : found.isModerator ? "moderator" : "viewer";
  return { user: { id: found.id, name: found.name }, role };
}

/** A user by id, with the role they have in a room. */
export async function findMember(orm: Orm, roomId: string, userId: string): Promise<Member | undefined> {
  return findMemberWhere(orm, roomId, eq(users.id, userId));
}

/** A user by name, whatever its capitals, with the role they have in a room. */
export async function findMemberByName(orm: Orm, roomId: string, name: string): Promise<Member | undefined> {
  return findMemberWhere(orm, roomId, eq(sql`lower(${users.name})`, name.toLowerCase()));
}

/** Whether a user is the room's host or one of its moderators; undefined when they are neither. */
export async function findModerationOf(
  orm: Orm,
  roomId: string,
  userId: string,
): Promise<{ readonly blockedWords: readonly string[] } | undefined> {
  const [room] = await orm
    .select({ blockedWords: rooms.blockedWords })
    .from(rooms)
    .where(and(eq(rooms.id, roomId), or(eq(rooms.hostId, userId), isModeratorOf(orm, userId))));
  return room;
}

/** A room's moderators, by name. */
export async function listModerators(orm: Orm, roomId: string): Promise<readonly UserRef[]> {
  return orm
    .select({ id: users.id, name: users.name })
    .from(roomModerators)
    .innerJoin(users, eq(users.id, roomModerators.userId))
    .where(eq(roomModerators.roomId, roomId))
    .orderBy(asc(users.name));
}

/** The sanctions of a room that are in force, by name. */
export async function listSanctions(orm: Orm, roomId: string): Promise<readonly SanctionedRow[]> {
  return orm
    .select({
      user: { id: users.id, name: users.name },
      kind: roomSanctions.kind,
      until: roomSanctions.until,
    })
    .from(roomSanctions)
    .innerJoin(users, eq(users.id, roomSanctions.userId))
    .where(and(eq(roomSanctions.roomId, roomId), inForce))
    .orderBy(asc(users.name), asc(roomSanctions.kind));
}

/** Names a moderator; false when they were one already. */
export async function insertModerator(orm: Orm, roomId: string, userId: string): Promise<boolean> {
  const rows = await orm
    .insert(roomModerators)
    .values({ roomId, userId })
    .onConflictDoNothing()
    .returning({ userId: roomModerators.userId });
  return rows.length > 0;
}

/** Dismisses a moderator; false when they were none. */
export async function deleteModerator(orm: Orm, roomId: string, userId: string): Promise<boolean> {
  const rows = await orm
    .delete(roomModerators)
    .where(and(eq(roomModerators.roomId, roomId), eq(roomModerators.userId, userId)))
    .returning({ userId: roomModerators.userId });
  return rows.length > 0;
}

/** How many moderators a room has. */
export async function countModerators(orm: Orm, roomId: string): Promise<number> {
  const [row] = await orm
    .select({ count: count() })
    .from(roomModerators)
    .where(eq(roomModerators.roomId, roomId));
  return row?.count ?? 0;
}

/** How many sanctions of a room are in force; those that ended are removed on the way. */
export async function countSanctions(orm: Orm, roomId: string): Promise<number> {
  await orm
    .delete(roomSanctions)
    .where(and(eq(roomSanctions.roomId, roomId), sql`${roomSanctions.until} <= now()`));
  const [row] = await orm
    .select({ count: count() })
    .from(roomSanctions)
    .where(eq(roomSanctions.roomId, roomId));
  return row?.count ?? 0;
}

/** Mutes or bans a user, or gives a sanction that is there another end. */
export async function upsertSanction(
  orm: Orm,
  sanction: {
    readonly roomId: string;
    readonly userId: string;
    readonly kind: SanctionKind;
    readonly until: Date | null;
    readonly byId: string;
  },
): Promise<void> {
  await orm
    .insert(roomSanctions)
    .values(sanction)
    .onConflictDoUpdate({
      target: [roomSanctions.roomId, roomSanctions.userId, roomSanctions.kind],
      set: { until: sanction.until, byId: sanction.byId, createdAt: sql`now()` },
    });
}

/** Lifts a sanction; false when there was none in force. */
export async function deleteSanction(
  orm: Orm,
  sanction: { readonly roomId: string; readonly userId: string; readonly kind: SanctionKind },
): Promise<boolean> {
  const rows = await orm
    .delete(roomSanctions)
    .where(
      and(
        eq(roomSanctions.roomId, sanction.roomId),
        eq(roomSanctions.userId, sanction.userId),
        eq(roomSanctions.kind, sanction.kind),
      ),
    )
    .returning({ inForce: sql<boolean>`${inForce}` });
  return rows.some((row) => row.inForce);
}
