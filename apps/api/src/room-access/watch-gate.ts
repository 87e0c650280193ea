import type { Role } from "@barrage/protocol";
import type { RoomAccess, Visitor } from "./room-access.ts";
import type { RoomPolicies } from "./room-policies.ts";
import { type RoomPolicy, sanctionOf } from "./room-policy.ts";

/** Somebody whom the gate has let in. */
export interface Watcher {
  readonly policy: RoomPolicy;
  /** What they are in the room; null for an anonymous one. */
  readonly role: Role | null;
}

/** Who may watch a room: what is live in it, and what was. */
export interface WatchGate {
  /**
   * Lets a visitor watch: anybody a public or unlisted room, a private one with the password or a role in it; nobody who
   * is banned.
   * @throws AppError `room_not_found`, `room_password_wrong`, `rate_limited`, `user_banned`
   */
  enter(roomId: string, visitor: Visitor): Promise<Watcher>;
}

interface WatchGateDeps {
  readonly policies: RoomPolicies;
  readonly access: RoomAccess;
  readonly now: () => number;
}

/** Makes the gate. */
export function createWatchGate({ policies, access, now }: WatchGateDeps): WatchGate {
  return {
    async enter(roomId, visitor) {
      const { userId } = visitor;
      const policy = await policies.get(roomId);
      const role = await access.enter(policy, visitor);
      if (userId !== null) {
        const asked = { userId, nowMs: now() };
        const banned =
          sanctionOf(policy, "bans", asked) && sanctionOf(await policies.refreshed(roomId), "bans", asked);
        if (banned !== undefined) throw banned;
      }
      return { policy, role };
    },
  };
}
