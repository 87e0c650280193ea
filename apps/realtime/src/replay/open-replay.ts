import type { LiveSettings } from "@barrage/platform";
import { AppError, type CloseReason, replayClientFrameSchema } from "@barrage/protocol";
import type { AdmissionHold } from "../admission/admission-hold.ts";
import type { OpenStreamDeps } from "../admission/open-stream.ts";
import { SseTransport } from "../transport/sse-transport.ts";
import type { ConnectionOwner, Transport } from "../transport/transport.ts";
import { type OpenedReplay, type PlayDeps, playReplay, type RunningReplay } from "./play-replay.ts";
import { parseReplayRequest } from "./replay-request.ts";
import type { ReplaySessions } from "./replay-sessions.ts";

interface ReplaysDeps extends OpenStreamDeps, Omit<PlayDeps, "sessions" | "watch"> {
  /** Undefined: this node has no object store. */
  readonly sessions: ReplaySessions | undefined;
  readonly settings: Pick<LiveSettings, "get">;
}

/** The replays that run on this node. */
export interface Replays {
  /** Answers with a replay as server-sent events. @throws AppError when it is refused. */
  openSse(request: Request, roomId: string): Promise<Response>;
  /** Turns a request into a WebSocket with a replay. @throws AppError when it is refused. */
  openWs(request: Request, roomId: string): Promise<void>;
  /** Ends all of them, each with its own time to come back. */
  endAll(reason: CloseReason, retryAfterMs: () => number): void;
}

/** Lets viewers into replays; who may watch a room may watch what it was. */
export function createReplays(deps: ReplaysDeps): Replays {
  const running = new Set<RunningReplay>();
  const openWith = (request: Request, roomId: string) => open(deps, request, roomId);

  const ownerOf = (opening: Opening) =>
    new ReplayOwner(opening.opened.admission.hold, (transport) => {
      const { opened, sessions } = opening;
      const run = playReplay(opened, transport, { ...deps, sessions });
      running.add(run);
      void run.finished.finally(() => running.delete(run));
      return run;
    });

  return {
    async openSse(request, roomId) {
      const opening = await openWith(request, roomId);
      deps.letLast(request);
      const owner = ownerOf(opening);
      return SseTransport.respond({ owner, headers: deps.origins.headers(request) });
    },
    async openWs(request, roomId) {
      const opening = await openWith(request, roomId);
      const owner = ownerOf(opening);
      const isUpgraded = deps.upgrade(request, {
        owner,
        onMessage: (text) => {
          const frame = replayClientFrameSchema.safeParse(parseJson(text));
          if (frame.success) owner.run?.player.command(frame.data);
          return frame.success;
        },
      });
      if (isUpgraded) return;
      opening.opened.admission.hold.release();
      throw new AppError("input_invalid", { issues: [{ path: "upgrade", message: "could not be done" }] });
    },
    endAll(reason, retryAfterMs) {
      for (const { seat, player } of running) {
        seat.end(reason, retryAfterMs());
        player.stir();
      }
    },
  };
}

/** The connection of one viewer: what it holds goes back when it is gone, whether a replay began or not. */
class ReplayOwner implements ConnectionOwner {
  readonly #hold: AdmissionHold;
  readonly #play: (transport: Transport) => RunningReplay;
  run: RunningReplay | undefined;

  constructor(hold: AdmissionHold, play: (transport: Transport) => RunningReplay) {
    this.#hold = hold;
    this.#play = play;
  }

  opened(transport: Transport): void {
    this.run = this.#play(transport);
  }

  gone(): void {
    if (this.run === undefined) this.#hold.release();
    else this.run.leave();
  }
}

interface Opening {
  readonly opened: OpenedReplay;
  readonly sessions: ReplaySessions;
}

/** Everything that can be refused is refused here, before the answer begins. */
async function open(deps: ReplaysDeps, request: Request, roomId: string): Promise<Opening> {
  const wanted = parseReplayRequest(request);
  const { sessions } = deps;
  if (sessions === undefined) throw new AppError("replay_unavailable");
  if (!deps.settings.get("features.replays")) throw new AppError("feature_disabled");
  const admission = await deps.admit({ request, roomId, address: deps.addressOf(request) });
  try {
    const timeline = await sessions.open(roomId, wanted.session);
    return { sessions, opened: { admission, timeline, request: wanted } };
  } catch (error) {
    admission.hold.release();
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
