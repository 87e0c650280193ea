import type { RoomLog, Tickets } from "@barrage/platform";
import { AppError, type Cursor, isId } from "@barrage/protocol";
import type { RoomLease, RoomRegistry } from "../room/room-registry.ts";
import type { RoomView } from "../room/room-view.ts";
import { resolveStart, type StartPoint } from "../session/resume.ts";
import type { Viewer } from "../session/session.ts";
import { type Budgets, wantedView } from "../view/view-name.ts";
import type { AcceptPace } from "./accept-pace.ts";
import { AdmissionHold } from "./admission-hold.ts";
import type { ConnectionLimits, Place } from "./connection-limits.ts";
import type { OriginPolicy } from "./origin-policy.ts";
import type { createViewerKey } from "./viewer-key.ts";
import { parseViewerRequest, type ViewerRequest } from "./viewer-request.ts";

/** Somebody who may watch, and the places held for them. */
export interface Admission {
  readonly lease: RoomLease;
  readonly view: RoomView;
  readonly viewer: Viewer;
  readonly start: StartPoint;
  /** Where the viewer begins who has seen everything up to a later position. @throws AppError `log_unavailable`. */
  readonly startAfter: (since: Cursor) => Promise<StartPoint>;
  /** What is to be released when the viewer is gone. */
  readonly hold: AdmissionHold;
}

interface AdmitToRoomDeps {
  readonly registry: RoomRegistry;
  readonly log: Pick<RoomLog, "bounds">;
  readonly tickets: Pick<Tickets, "redeem">;
  /** Danmaku shown per second now, by the size of the screen. */
  readonly budgets: () => Budgets;
  /** See {@link createViewerKey}. */
  readonly keyOf: ReturnType<typeof createViewerKey>;
}

interface AdmitDeps {
  readonly admitToRoom: AdmitToRoom;
  readonly origins: OriginPolicy;
  readonly limits: ConnectionLimits;
  readonly pace: AcceptPace;
  readonly isDraining: () => boolean;
}

interface RoomKnock {
  readonly roomId: string;
  readonly wanted: ViewerRequest;
  readonly address: string;
  /** The connection's, to be held with the room; undefined: the connection holds it itself. */
  readonly place?: Place;
  /** Takes a place for the user of a ticket. @throws AppError `connections_exhausted`. */
  readonly takeForUser: ConnectionLimits["takeForUser"];
}

/** Lets a viewer of a connection that has its place into a room, or throws why not. */
export type AdmitToRoom = (knock: RoomKnock) => Promise<Admission>;

interface Knock {
  readonly request: Request;
  readonly roomId: string;
  readonly address: string;
}

interface Papers {
  readonly ticket: string | undefined;
  readonly address: string;
}

/** Lets a viewer in, or throws why not. Everything that can be refused is refused here, before the answer begins. */
export type AdmitViewer = (knock: Knock) => Promise<Admission>;

/** Tells who knocks. @throws AppError `ticket_required`; `ticket_invalid`. */
function createIdentify({ tickets, keyOf }: Pick<AdmitToRoomDeps, "tickets" | "keyOf">) {
  return async (lease: RoomLease, { ticket, address }: Papers): Promise<Viewer> => {
    if (ticket !== undefined) {
      const { user, login, door } = await tickets.redeem(ticket, lease.room.id);
      const viewer: Viewer = { userId: user, login, door, key: keyOf({ userId: user, address }) };
      // The room closed its door, or its holder lost the right, since the ticket was issued: another may be had.
      if (lease.whyNot(viewer) !== undefined) throw new AppError("ticket_invalid");
      return viewer;
    }
    if (lease.visibility() === "private") throw new AppError("ticket_required");
    return { userId: null, login: null, door: "none", key: keyOf({ userId: null, address }) };
  };
}

/** The checks from the cheapest to the dearest; a ticket, which works once, is used up last. */
export function createAdmitToRoom(deps: AdmitToRoomDeps): AdmitToRoom {
  const { registry, log, budgets } = deps;
  const identify = createIdentify(deps);
  return async ({ roomId, wanted, address, place, takeForUser }) => {
    if (!isId(roomId)) throw new AppError("room_not_found");
    const lease = await registry.lease(roomId);
    try {
      const view = lease.room.view(wantedView(wanted, budgets()));
      const source = { log, ...positionsOf(lease, view) };
      const start = await resolveStart(source, wanted);
      const viewer = await identify(lease, { ticket: wanted.ticket, address });
      const userPlace = viewer.userId === null ? undefined : takeForUser(viewer.userId);
      return {
        lease,
        view,
        viewer,
        start,
        startAfter: (since) => resolveStart(source, { since, tail: 0 }),
        hold: new AdmissionHold({ lease, place, userPlace }),
      };
    } catch (error) {
      lease.release();
      throw error;
    }
  };
}

/** Lets in whoever wants a connection for one room alone. */
export function createAdmitViewer(deps: AdmitDeps): AdmitViewer {
  const { admitToRoom, origins, limits, pace, isDraining } = deps;
  return async ({ request, roomId, address }) => {
    origins.check(request);
    if (isDraining()) throw new AppError("draining");
    const wanted = parseViewerRequest(request);
    if (!isId(roomId)) throw new AppError("room_not_found");
    const place = limits.take(address);
    try {
      await pace.turn();
      const { takeForUser } = limits;
      return await admitToRoom({ roomId, wanted, address, place, takeForUser });
    } catch (error) {
      place.release();
      throw error;
    }
  };
}

/** Where viewers of a view can begin. */
const positionsOf = (lease: RoomLease, view: RoomView) => ({
  ring: view.ring,
  catchUpWithLog: (endSeq: number) => lease.catchUpWithLog(endSeq),
  decided: (seq: number) => view.decided(seq),
  epoch: () => lease.room.epoch,
  era: () => lease.room.era,
});
