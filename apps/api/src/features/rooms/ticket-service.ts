import type { Tickets } from "@barrage/platform";
import type { RoomAccess, Visitor } from "../../room-access/room-access.ts";
import type { RoomPolicies } from "../../room-access/room-policies.ts";
import { sanctionOf } from "../../room-access/room-policy.ts";

/** A ticket for the push nodes: one connection to one room. */
export interface IssuedTicket {
  readonly ticket: string;
  readonly expiresAtMs: number;
  /** The base address of the push nodes. */
  readonly realtimeUrl: string;
}

/** The ticket booth. */
export interface TicketService {
  /**
   * Lets a visitor, who came by the log-in `login`, watch a room: anybody a public or unlisted one, a private one with the password or a role in it.
   * @throws AppError `room_not_found`, `room_password_wrong`, `rate_limited`, `user_banned`
   */
  issue(roomId: string, visitor: Visitor & { readonly login: string | null }): Promise<IssuedTicket>;
}

export interface TicketServiceDeps {
  readonly policies: RoomPolicies;
  readonly access: RoomAccess;
  readonly tickets: Pick<Tickets, "issue">;
  readonly realtimeUrl: string;
  readonly now: () => number;
}

/** Makes the service. */
export function createTicketService(deps: TicketServiceDeps): TicketService {
  const { policies } = deps;
  return {
    async issue(roomId, visitor) {
      const { userId, login } = visitor;
      const policy = await policies.get(roomId);
      await deps.access.enter(policy, visitor);
      if (userId !== null) {
        const asked = { userId, nowMs: deps.now() };
        const banned =
          sanctionOf(policy, "bans", asked) && sanctionOf(await policies.refreshed(roomId), "bans", asked);
        if (banned !== undefined) throw banned;
      }
      const door = policy.visibility === "private" ? "private" : "open";
      const issued = deps.tickets.issue({ room: roomId, user: userId, login, door });
      return { ...issued, realtimeUrl: deps.realtimeUrl };
    },
  };
}
