import type { Tickets } from "@barrage/platform";
import type { Visitor } from "../../room-access/room-access.ts";
import type { WatchGate } from "../../room-access/watch-gate.ts";

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
   * A ticket for a visitor, who came by the log-in `login`, if the gate lets them watch.
   * @throws AppError `room_not_found`, `room_password_wrong`, `rate_limited`, `user_banned`
   */
  issue(roomId: string, visitor: Visitor & { readonly login: string | null }): Promise<IssuedTicket>;
}

export interface TicketServiceDeps {
  readonly gate: WatchGate;
  readonly tickets: Pick<Tickets, "issue">;
  readonly realtimeUrl: string;
}

/** Makes the service. */
export function createTicketService(deps: TicketServiceDeps): TicketService {
  return {
    async issue(roomId, visitor) {
      const { userId, login } = visitor;
      const { policy } = await deps.gate.enter(roomId, visitor);
      const door = policy.visibility === "private" ? "private" : "open";
      const issued = deps.tickets.issue({ room: roomId, user: userId, login, door });
      return { ...issued, realtimeUrl: deps.realtimeUrl };
    },
  };
}
