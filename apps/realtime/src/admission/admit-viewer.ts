import type { RoomLog, Tickets } from "@barrage/platform";
import { AppError, type Cursor, isId } from "@barrage/protocol";
import type { RoomLease, RoomRegistry } from "../room/room-registry.ts";
import type { RoomView } from "../room/room-view.ts";
import { resolveStart, type StartPoint } from "../session/resume.ts";
import type { Viewer } from "../session/session.ts";
import { type Budgets, viewOfBudget } from "../view/view-name.ts";
import type { AcceptPace } from "./accept-pace.ts";
import { AdmissionHold } from "./admission-hold.ts";
import type { ConnectionLimits } from "./connection-limits.ts";
import type { OriginPolicy } from "./origin-policy.ts";
import type { createViewerKey } from "./viewer-key.ts";
import { parseViewerRequest } from "./viewer-request.ts";

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

interface AdmitDeps {
  readonly registry: RoomRegistry;
  readonly log: Pick<RoomLog, "bounds">;
  readonly tickets: Pick<Tickets, "redeem">;
  readonly origins: OriginPolicy;
  readonly limits: ConnectionLimits;
  readonly pace: AcceptPace;
  readonly budgets: Budgets;
  /** See {@link createViewerKey}. */
  readonly keyOf: ReturnType<typeof createViewerKey>;
  readonly isDraining: () => boolean;
}

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
function createIdentify({ tickets, keyOf }: Pick<AdmitDeps, "tickets" | "keyOf">) {
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
export function createAdmitViewer(deps: AdmitDeps): AdmitViewer {
  const { registry, log, origins, limits, pace, budgets, isDraining } = deps;
  const identify = createIdentify(deps);
  return async ({ request, roomId, address }) => {
    origins.check(request);
    if (isDraining()) throw new AppError("draining");
    const wanted = parseViewerRequest(request);
    if (!isId(roomId)) throw new AppError("room_not_found");
    const place = limits.take(address);
    let lease: RoomLease | undefined;
    try {
      await pace.turn();
      lease = await registry.lease(roomId);
      const { room } = lease;
      const view = room.view(wanted.view === "all" ? "all" : viewOfBudget(wanted.budget, budgets));
      const source = { log, ...positionsOf(lease, view) };
      const start = await resolveStart(source, wanted);
      const viewer = await identify(lease, { ticket: wanted.ticket, address });
      const userPlace = viewer.userId === null ? undefined : limits.takeForUser(viewer.userId);
      return {
        lease,
        view,
        viewer,
        start,
        startAfter: (since) => resolveStart(source, { since, tail: 0 }),
        hold: new AdmissionHold({ lease, place, userPlace }),
      };
    } catch (error) {
      lease?.release();
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
