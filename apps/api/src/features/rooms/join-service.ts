import { rankNodes } from "@barrage/domain";
import type { ProcessBoard, Tickets } from "@barrage/platform";
import type { Visitor } from "../../room-access/room-access.ts";
import type { WatchGate } from "../../room-access/watch-gate.ts";

/** Where and how to watch a room. */
export interface Joined {
  /** Base addresses of realtime nodes, the best first; never empty. */
  readonly nodes: readonly string[];
  /** For one connection within its life; null where the room needs none. */
  readonly ticket: string | null;
  readonly expiresAtMs: number | null;
}

/** Shows viewers to the push nodes. */
export interface JoinService {
  /**
   * The nodes for a visitor of a room, who came by the log-in `login`, if the gate lets them watch.
   * @throws AppError `room_not_found`, `room_password_wrong`, `rate_limited`, `user_banned`
   */
  join(roomId: string, visitor: Visitor & { readonly login: string | null }): Promise<Joined>;
  /** The nodes for a connection that follows several rooms, whichever they are; no room is entered by it. */
  nodes(): Pick<Joined, "nodes">;
}

export interface JoinServiceDeps {
  readonly gate: WatchGate;
  readonly tickets: Pick<Tickets, "issue">;
  readonly board: Pick<ProcessBoard, "pushNodes" | "sent">;
  /** Where nodes are reached that have no address of their own. */
  readonly commonUrl: string;
  /** A room with fewer viewers stays on one node. */
  readonly smallRoomViewers: () => number;
}

/**
 * Those who follow several rooms are shown to nodes as if they were in one room that is called so: each of their rooms is
 * then open on one node for all of them, and when that has its share, on the next.
 */
const severalRooms = "several rooms";
/** More would not be tried before somebody asks again. */
const nodesMax = 3;

/** Makes the service. */
export function createJoinService(deps: JoinServiceDeps): JoinService {
  const { board, commonUrl } = deps;

  function nodesFor(rankedAs: string): readonly string[] {
    const ranked = rankNodes(board.pushNodes(), { roomId: rankedAs, slack: deps.smallRoomViewers() });
    const [best] = ranked;
    if (best !== undefined) board.sent(best.id);
    // Behind one proxy all of them have the same address.
    const addresses = new Set(ranked.map(({ address }) => address ?? commonUrl));
    return addresses.size === 0 ? [commonUrl] : [...addresses].slice(0, nodesMax);
  }

  return {
    nodes: () => ({ nodes: nodesFor(severalRooms) }),
    async join(roomId, visitor) {
      const { userId, login } = visitor;
      const { policy } = await deps.gate.enter(roomId, visitor);
      const nodes = nodesFor(roomId);
      const door = policy.visibility === "private" ? "private" : "open";
      // Where members are shown, whoever is logged in comes in by name.
      const isNamed = userId !== null && policy.memberList;
      if (door === "open" && !isNamed) return { nodes, ticket: null, expiresAtMs: null };
      return { nodes, ...deps.tickets.issue({ room: roomId, user: userId, login, door }) };
    },
  };
}
