import { withSpan } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import type { AcceptPace } from "../admission/accept-pace.ts";
import type { Admission, AdmitToRoom } from "../admission/admit-viewer.ts";
import type { ConnectionLimits, Place } from "../admission/connection-limits.ts";
import type { OpenStreamDeps } from "../admission/open-stream.ts";
import type { ViewerRequest } from "../admission/viewer-request.ts";
import { parseRoomsRequest, type RoomsRequest } from "./rooms-request.ts";
import { createUserPlaces } from "./user-places.ts";

/** What letting a connection for several rooms in takes. */
export interface AdmitRoomsDeps {
  readonly streams: Pick<OpenStreamDeps, "origins" | "addressOf">;
  readonly admitToRoom: AdmitToRoom;
  readonly limits: ConnectionLimits;
  readonly pace: AcceptPace;
  readonly isDraining: () => boolean;
  /** A connection follows at most so many rooms. */
  readonly roomsMax: number;
}

/** A room that was asked for, and what came of it. */
type Outcome = { readonly room: string } & ({ readonly admission: Admission } | { readonly error: unknown });

/** A place for a connection, and the rooms it begins with. */
export interface Opening {
  readonly wanted: RoomsRequest;
  readonly outcomes: readonly Outcome[];
  /** Lets the viewer into another room. */
  readonly admit: (room: string, wanted: ViewerRequest) => Promise<Admission>;
  /** The connection's own. */
  readonly place: Place;
}

/**
 * Lets a connection for at least `roomsMin` rooms in. Everything that can be refused is refused here, before the
 * answer begins. @throws AppError when the connection is refused, or every room of it: then why the first was.
 */
export async function admitRooms(deps: AdmitRoomsDeps, request: Request, roomsMin: number): Promise<Opening> {
  const { streams, limits, pace, isDraining, roomsMax, admitToRoom } = deps;
  streams.origins.check(request);
  if (isDraining()) throw new AppError("draining");
  const wanted = parseRoomsRequest(request, { roomsMax });
  if (wanted.rooms.length < roomsMin)
    throw new AppError("input_invalid", { issues: [{ path: "rooms", message: "must name a room" }] });
  const address = streams.addressOf(request);
  const place = limits.take(address);
  const takeForUser = createUserPlaces(limits.takeForUser);
  const admit: Opening["admit"] = (roomId, asked) =>
    admitToRoom({ roomId, wanted: asked, address, takeForUser });
  try {
    const traceparent = request.headers.get("traceparent") ?? undefined;
    const outcomes = await withSpan("realtime.admit", { kind: "server", traceparent }, async () => {
      await pace.turn();
      return await Promise.all(
        wanted.rooms.map((room) => outcomeOf(room, admit(room, wanted.wantedOf(room)))),
      );
    });
    throwIfAllFailed(outcomes);
    return { wanted, outcomes, admit, place };
  } catch (error) {
    place.release();
    throw error;
  }
}

async function outcomeOf(room: string, admitting: Promise<Admission>): Promise<Outcome> {
  try {
    return { room, admission: await admitting };
  } catch (error) {
    return { room, error };
  }
}

function throwIfAllFailed(outcomes: readonly Outcome[]): void {
  const [first] = outcomes;
  if (first === undefined || outcomes.some((outcome) => "admission" in outcome)) return;
  if ("error" in first) throw first.error;
}

/** Gives back all that an opening holds which became no connection. */
export function giveBack({ outcomes, place }: Opening): void {
  for (const outcome of outcomes) if ("admission" in outcome) outcome.admission.hold.release();
  place.release();
}
