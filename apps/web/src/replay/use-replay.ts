import { replayRoom } from "@barrage/client";
import { useEffect, useState } from "react";
import type { ReplayView } from "../lib/app-router.ts";
import { useServices } from "../lib/services.tsx";
import { useTRPCClient } from "../lib/trpc.ts";
import { joinRoom } from "../room/join-room.ts";
import { createRoomFeed, type Me } from "../room/room-feed.ts";
import { atNextBrowserFrame, createRoomStore, type RoomStore } from "../room/room-store.ts";
import { smallScreen } from "../room/small-screen.ts";
import { PicturePlayer } from "./picture-player.ts";
import { recalledLine } from "./recalled-line.ts";
import { ReplayDriver } from "./replay-driver.ts";

export interface ReplayRequest {
  readonly replay: ReplayView;
  readonly me: Me | null;
  /** Of a private room, unless the viewer is let in without. */
  readonly password: string | undefined;
  /** How long the session is, or has been so far. */
  readonly durationMs: () => number;
  readonly startMs: number;
}

/** So much of what was said before a moment is shown to whoever jumps there. */
const recallMax = 80;

/**
 * A session's feed played into a store, from mount to unmount. Session and viewer must not change: give the component a
 * `key` of both.
 */
export function useReplay({ replay, me, password, durationMs, startMs }: ReplayRequest): {
  readonly store: RoomStore;
  readonly player: PicturePlayer;
} {
  const { config } = useServices();
  const client = useTRPCClient();
  const { id: session, room, startedAtMs } = replay;
  const [made] = useState(() => {
    const store = createRoomStore({
      initial: createRoomFeed({ me, face: null, role: replay.viewerRole }),
      nowMs: Date.now,
      atNextFrame: atNextBrowserFrame,
    });
    const withPassword = password === undefined ? {} : { password };
    const driver = new ReplayDriver({
      store,
      durationMs,
      now: () => performance.now(),
      openFeed: (request) =>
        replayRoom({
          url: config.realtimeUrl,
          room: room.id,
          session,
          budget: matchMedia(smallScreen).matches ? "small" : "desktop",
          join: () => joinRoom(client, { id: room.id, password }),
          needsTicket: room.visibility === "private",
          ...request,
        }),
      recall: async (beforeMs, signal) => {
        const toMs = startedAtMs + beforeMs;
        const query = { room: room.id, session, toMs, limit: recallMax, ...withPassword };
        const { items } = await client.messages.history.query(query, { signal });
        return items.map(recalledLine);
      },
    });
    return { store, driver, player: new PicturePlayer(driver) };
  });
  const [start] = useState(startMs);
  useEffect(() => {
    const stopFollowing = made.player.open();
    made.driver.open(start, true);
    return () => {
      made.driver.close();
      stopFollowing();
    };
  }, [made, start]);
  return made;
}
