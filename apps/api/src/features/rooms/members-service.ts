import { type Database, listUsersNamed } from "@barrage/db";
import { userNameSchema } from "@barrage/domain";
import { type Bus, busTopics, type RollCall } from "@barrage/platform";
import { idSchema, type Role, type UserRef } from "@barrage/protocol";
import { z } from "zod";
import { createPageCursor } from "../../paging/page-cursor.ts";
import type { Visitor } from "../../room-access/room-access.ts";
import { roleIn } from "../../room-access/room-policy.ts";
import type { WatchGate } from "../../room-access/watch-gate.ts";

/** Somebody who watches a room by a log-in. */
export interface MemberView {
  readonly user: UserRef;
  readonly role: Role;
}

/** Who watches a room now, as far as it is shown: not where the host does not want it, nor in a crowd. */
export type MembersPage =
  | { readonly state: "off" }
  | { readonly state: "crowded"; readonly viewers: number }
  | {
      readonly state: "shown";
      readonly viewers: number;
      /** Those who are not logged in. */
      readonly anonymous: number;
      /** By name. */
      readonly items: readonly MemberView[];
      readonly nextCursor: string | null;
    };

/** The member lists of small rooms. */
export interface MembersService {
  /** @throws AppError `cursor_malformed`, `log_unavailable` and what a room's door throws */
  list(
    roomId: string,
    visitor: Visitor,
    page: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<MembersPage>;
}

export interface MembersServiceDeps {
  readonly database: Database;
  readonly gate: WatchGate;
  readonly bus: Pick<Bus, "gather">;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
}

/** With more viewers a room has no list: nobody reads it, and it would change faster than it is asked for. */
export const listedViewersMax = 200;
/** The nodes answer within so long, or are left out. */
const gatherMs = 250;
/** A roll call serves everybody who asks within this time. */
const freshMs = 2_000;
const callsMax = 1_000;

const memberCursor = createPageCursor(z.strictObject({ name: userNameSchema, id: idSchema }));

/** A roll call over all nodes. */
interface Roll {
  readonly viewers: number;
  readonly anonymous: number;
  readonly users: ReadonlySet<string>;
}

/** Makes the service. Nothing is told of joins and leaves: the nodes are asked when somebody looks. */
export function createMembersService({ database, gate, bus, now }: MembersServiceDeps): MembersService {
  const calls = new Map<string, { readonly atMs: number; readonly roll: Promise<Roll> }>();

  function rollOf(roomId: string): Promise<Roll> {
    const known = calls.get(roomId);
    if (known !== undefined && now() - known.atMs < freshMs) return known.roll;
    const payload = { roomId, viewersMax: listedViewersMax };
    const roll = bus.gather(busTopics.rollCall, { payload, deadlineMs: gatherMs }).then(joined);
    calls.delete(roomId);
    calls.set(roomId, { atMs: now(), roll });
    // A failure is nobody's answer but the asker's.
    roll.catch(() => calls.delete(roomId));
    const [oldest] = calls.keys();
    if (calls.size > callsMax && oldest !== undefined) calls.delete(oldest);
    return roll;
  }

  return {
    async list(roomId, visitor, { cursor, limit }) {
      const { policy } = await gate.enter(roomId, visitor);
      if (!policy.memberList) return { state: "off" };
      const after = cursor === undefined ? undefined : memberCursor.read(cursor);
      const { viewers, anonymous, users } = await rollOf(roomId);
      if (viewers > listedViewersMax) return { state: "crowded", viewers };
      const found = await listUsersNamed(database.orm, { ids: [...users], after, limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        state: "shown",
        viewers,
        anonymous,
        items: page.map((user) => ({ user, role: roleIn(policy, user.id) })),
        nextCursor: last === undefined ? null : memberCursor.write(last),
      };
    },
  };
}

/** A user who watches on two nodes, or twice on one, is one member. */
function joined(rolls: readonly RollCall[]): Roll {
  const sum = (count: (roll: RollCall) => number) => rolls.reduce((total, roll) => total + count(roll), 0);
  return {
    viewers: sum(({ viewers }) => viewers),
    anonymous: sum(({ anonymous }) => anonymous),
    users: new Set(rolls.flatMap(({ users }) => users)),
  };
}
