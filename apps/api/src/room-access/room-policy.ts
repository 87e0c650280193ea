import type { RoomPolicyRow } from "@barrage/db";
import { AppError, type Role, type Visibility } from "@barrage/protocol";

/** Until when: milliseconds since 1970, or null for good. */
export type Until = number | null;

/** Everything that decides who may do what in a room. */
export interface RoomPolicy {
  readonly roomId: string;
  readonly hostId: string;
  readonly visibility: Visibility;
  /** Argon2id; set exactly for private rooms. */
  readonly passwordHash: string | null;
  /** The running session; null while the room is not live. */
  readonly sessionId: string | null;
  readonly slowModeMs: number;
  readonly followersOnly: boolean;
  /** Whether viewers see who else is there. */
  readonly memberList: boolean;
  readonly blockedWords: readonly string[];
  readonly moderatorIds: ReadonlySet<string>;
  readonly mutes: ReadonlyMap<string, Until>;
  readonly bans: ReadonlyMap<string, Until>;
}

/** A policy as the rules want it, from what Postgres has. */
export function toRoomPolicy(row: RoomPolicyRow): RoomPolicy {
  const { moderatorIds, sanctions, ...rest } = row;
  const of = (kind: "mute" | "ban") =>
    new Map(
      sanctions.filter((item) => item.kind === kind).map(({ userId, untilMs }) => [userId, untilMs] as const),
    );
  return { ...rest, moderatorIds: new Set(moderatorIds), mutes: of("mute"), bans: of("ban") };
}

/** What a user is in a room. */
export function roleIn(policy: RoomPolicy, userId: string): Role {
  if (policy.hostId === userId) return "host";
  return policy.moderatorIds.has(userId) ? "moderator" : "viewer";
}

/** Why a sanctioned user may not, or undefined: a sanction with an end is over when the clock says so. */
export function sanctionOf(
  policy: RoomPolicy,
  kind: "mutes" | "bans",
  asked: { readonly userId: string; readonly nowMs: number },
): AppError | undefined {
  const until = policy[kind].get(asked.userId);
  if (until === undefined || (until !== null && until <= asked.nowMs)) return undefined;
  const code = kind === "bans" ? "user_banned" : "user_muted";
  return new AppError(code, until === null ? {} : { retryAfterMs: until - asked.nowMs });
}
