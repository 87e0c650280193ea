import { AppError, type Cursor, isId, parseRoomCursors } from "@barrage/protocol";
import { z } from "zod";
import { choiceShape, parseQuery, type ViewerRequest } from "../admission/viewer-request.ts";

/** What a connection asks for that follows several rooms. */
export interface RoomsRequest {
  /** The rooms to begin with, each once. */
  readonly rooms: readonly string[];
  /** What is asked of one of them. */
  readonly wantedOf: (room: string) => ViewerRequest;
  /** Whether the blocks of an event stream carry the positions as their `id:`. */
  readonly hasIds: boolean;
}

const querySchema = z.object({
  rooms: z.string().default(""),
  since: z.string().optional(),
  tickets: z.string().default(""),
  ids: z.enum(["all", "none"]).default("all"),
  ...choiceShape,
});

/**
 * Reads the query and `Last-Event-ID` of a connection for several rooms: lists are cut by commas, and `since` and
 * `tickets` say for each item which room it is of. A room that the header names is where the header says; the others
 * are where `?since=` says.
 * @throws AppError `input_invalid`; `cursor_malformed`; `too_many_rooms`.
 */
export function parseRoomsRequest(
  request: Request,
  { roomsMax }: { readonly roomsMax: number },
): RoomsRequest {
  const query = parseQuery(request, querySchema);
  const rooms = [...new Set(query.rooms.split(",").filter(Boolean))];
  if (rooms.length > roomsMax) throw new AppError("too_many_rooms");
  const wrong = rooms.find((room) => !isId(room));
  if (wrong !== undefined)
    throw new AppError("input_invalid", { issues: [{ path: "rooms", message: "must be ids of rooms" }] });
  const since = new Map<string, Cursor>([
    ...parseRoomCursors(query.since ?? ""),
    ...parseRoomCursors(request.headers.get("last-event-id") ?? ""),
  ]);
  const tickets = parseTickets(query.tickets);
  const { tail, view, budget } = query;
  return {
    rooms,
    wantedOf: (room) => ({ since: since.get(room), ticket: tickets.get(room), tail, view, budget }),
    hasIds: query.ids === "all",
  };
}

function parseTickets(text: string): ReadonlyMap<string, string> {
  const items = text.split(",").filter(Boolean);
  return new Map(
    items.map((item): [string, string] => {
      const [room = "", ticket = "", ...rest] = item.split(":");
      if (rest.length > 0 || !isId(room) || ticket === "")
        throw new AppError("input_invalid", {
          issues: [{ path: "tickets", message: "must look like <room>:<ticket>,<room>:<ticket>" }],
        });
      return [room, ticket];
    }),
  );
}
