import type { Logger } from "@barrage/platform";
import type { RoomLimits } from "@barrage/protocol";
import type { Admission } from "../admission/admit-viewer.ts";
import type { Revocation } from "../revocation/create-revocation.ts";
import type { ConnectionOwner, Transport } from "../transport/transport.ts";
import { limiterSettingsOf, type UsualLimitsAt } from "../view/view-name.ts";
import { ReplayPlayer } from "./replay-player.ts";
import type { ReplayRequest } from "./replay-request.ts";
import { ReplaySeat } from "./replay-seat.ts";
import type { ReplaySessions } from "./replay-sessions.ts";
import type { SessionTimeline } from "./session-timeline.ts";

/** A replay that may begin. */
export interface OpenedReplay {
  readonly admission: Admission;
  readonly timeline: SessionTimeline;
  readonly request: ReplayRequest;
}

/** A replay that runs. */
export interface RunningReplay {
  readonly player: ReplayPlayer;
  readonly seat: ReplaySeat;
  /** To be called when the connection is gone; gives back everything that the viewer held. */
  readonly leave: () => void;
  /** Resolves when nothing is replayed any more: the viewer is gone, at the end, or live. */
  readonly finished: Promise<void>;
}

export interface PlayDeps {
  readonly sessions: ReplaySessions;
  readonly logger: Logger;
  readonly heartbeatMs: number;
  /** Gives an admitted viewer its seat in the live room. */
  readonly seat: (admission: Admission) => ConnectionOwner;
  /** Has a viewer's stream end with the log-in that it belongs to. */
  readonly revocation: Pick<Revocation, "watch" | "forget">;
  /** What was shown of a crowd where the room had no limits of its own, by the log's time. */
  readonly usualLimitsAt: UsualLimitsAt;
  readonly now: () => number;
  readonly wallClock: () => number;
}

/** Starts a replay on an open connection. */
export function playReplay(opened: OpenedReplay, transport: Transport, deps: PlayDeps): RunningReplay {
  const { admission, timeline, request } = opened;
  const { sessions, logger, heartbeatMs, now, wallClock } = deps;
  const { lease, viewer } = admission;
  const { room, session, epoch } = timeline.index;
  const seat = new ReplaySeat(transport, viewer);
  deps.revocation.watch(seat);
  let live: ConnectionOwner | undefined;

  async function goLive(seq: number): Promise<boolean> {
    const start = await admission.startAfter({ epoch, seq });
    // A viewer who left, or another log: there is nothing to go on with.
    if (seat.isClosed || start.reset !== undefined) return false;
    live = deps.seat({ ...admission, start });
    live.opened(transport);
    return true;
  }

  const view = request.view === "all" ? undefined : request.budget;
  const settingsOf =
    view && ((limits: RoomLimits | undefined) => limiterSettingsOf(view, limits, deps.usualLimitsAt));
  const player = new ReplayPlayer(timeline, {
    deps: {
      timeline: () => sessions.open(room, session),
      seat,
      whyNot: () => lease.whyNot(viewer),
      goLive,
      logger,
      now,
      wallClock,
    },
    options: { ...request, heartbeatMs, settingsOf },
  });
  return {
    player,
    seat,
    finished: player.run().finally(() => deps.revocation.forget(seat)),
    leave() {
      seat.leave();
      player.stir();
      if (live === undefined) admission.hold.release();
      else live.gone();
    },
  };
}
