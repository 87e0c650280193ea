import { limiterSettingsSchema } from "@barrage/domain";
import type { Logger } from "@barrage/platform";
import type { Admission } from "../admission/admit-viewer.ts";
import type { Transport } from "../transport/transport.ts";
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
  /** Puts an admitted viewer into its live room. @returns what to call when the connection is gone. */
  readonly watch: (admission: Admission, transport: Transport) => () => void;
  /** Has a viewer's stream end with the log-in that it belongs to. @returns what forgets it */
  readonly watchRevocation: (seat: ReplaySeat) => () => void;
  readonly now: () => number;
  readonly wallClock: () => number;
}

const budgets = { desktop: 40, small: 15 } as const;

/** Starts a replay on an open connection. */
export function playReplay(opened: OpenedReplay, transport: Transport, deps: PlayDeps): RunningReplay {
  const { admission, timeline, request } = opened;
  const { sessions, logger, heartbeatMs, now, wallClock } = deps;
  const { lease, viewer } = admission;
  const { room, session, epoch } = timeline.index;
  const seat = new ReplaySeat(transport, viewer);
  const forget = deps.watchRevocation(seat);
  let leaveRoom = admission.release;

  async function goLive(seq: number): Promise<boolean> {
    const start = await admission.startAfter({ epoch, seq });
    // A viewer who left, or another log: there is nothing to go on with.
    if (seat.isClosed || start.reset !== undefined) return false;
    leaveRoom = deps.watch({ ...admission, start }, transport);
    return true;
  }

  const settings =
    request.view === "all"
      ? undefined
      : limiterSettingsSchema.parse({ budgetPerSecond: budgets[request.budget] });
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
    options: { ...request, heartbeatMs, settings },
  });
  return {
    player,
    seat,
    finished: player.run().finally(forget),
    leave() {
      seat.leave();
      player.stir();
      leaveRoom();
    },
  };
}
