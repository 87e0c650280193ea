import type { CloseReason } from "@barrage/protocol";
import {
  isUpgrade,
  notUpgradable,
  type OpenStreamDeps,
  takesGzip,
  varyByEncoding,
} from "../admission/open-stream.ts";
import { SseTransport } from "../transport/sse-transport.ts";
import { admitRooms, giveBack } from "./admit-rooms.ts";
import { RoomsOwner, type RoomsOwnerDeps } from "./rooms-owner.ts";

interface RoomsStreamsDeps extends Omit<RoomsOwnerDeps, "open" | "streams"> {
  readonly streams: Omit<OpenStreamDeps, "admit" | "seat">;
}

/** The connections that follow several rooms. */
export interface RoomsStreams {
  /**
   * Answers with an event stream of several rooms. One that can't be joined is told in the stream.
   * @throws AppError when none can: why not the first.
   */
  openSse(request: Request): Promise<Response>;
  /** Turns a request into a WebSocket for several rooms, none to begin with when none is named. @throws AppError. */
  openWs(request: Request): Promise<void>;
  /** Ends all of them, each with its own time to come back. */
  endAll(reason: CloseReason, retryAfterMs: () => number): void;
}

/** Lets connections for several rooms in. */
export function createRoomsStreams(deps: RoomsStreamsDeps): RoomsStreams {
  const { streams } = deps;
  const ownerDeps: RoomsOwnerDeps = { ...deps, open: new Set() };
  return {
    async openSse(request) {
      const gzip = streams.gzip && takesGzip(request);
      const opening = await admitRooms(deps, request, 1);
      streams.letLast(request);
      const headers = varyByEncoding(streams.origins.headers(request));
      return SseTransport.respond({ owner: new RoomsOwner(opening, ownerDeps), headers, gzip });
    },
    async openWs(request) {
      if (!isUpgrade(request)) throw notUpgradable("must be websocket");
      const opening = await admitRooms(deps, request, 0);
      const owner = new RoomsOwner(opening, ownerDeps);
      if (streams.upgrade(request, { owner, onMessage: (text) => owner.hear(text) })) return;
      giveBack(opening);
      throw notUpgradable("could not be done");
    },
    endAll(reason, retryAfterMs) {
      for (const owner of ownerDeps.open) owner.end(reason, retryAfterMs());
    },
  };
}
