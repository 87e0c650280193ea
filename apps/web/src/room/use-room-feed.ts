import { subscribeRoom } from "@barrage/client";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { RoomView } from "../lib/app-router.ts";
import { useServices } from "../lib/services.tsx";
import { useTRPCClient } from "../lib/trpc.ts";
import { joinRoom } from "./join-room.ts";
import { createRoomFeed, type Me, type RoomFeed } from "./room-feed.ts";
import { atNextBrowserFrame, createRoomStore, type RoomStore } from "./room-store.ts";
import { smallScreen } from "./small-screen.ts";

interface RoomFeedRequest {
  readonly view: RoomView;
  readonly me: Me | null;
  /** Of a private room, unless the viewer is let in without. */
  readonly password: string | undefined;
}

/** How much of what was said before is shown to somebody who comes in. */
const tail = 80;

/**
 * The live feed of a room, from mount to unmount. Room and viewer must not change: give the component a `key` of both.
 */
export function useRoomFeed({ view, me, password }: RoomFeedRequest): {
  readonly store: RoomStore;
  readonly feed: RoomFeed;
} {
  const { config } = useServices();
  const client = useTRPCClient();
  const { id } = view;
  const locked = view.visibility === "private";
  const [store] = useState(() =>
    createRoomStore({
      initial: createRoomFeed({ me, face: faceOf(view), role: view.viewerRole }),
      nowMs: Date.now,
      atNextFrame: atNextBrowserFrame,
    }),
  );

  useEffect(() => {
    const join = () => joinRoom(client, { id, password });
    const subscription = subscribeRoom({
      url: config.realtimeUrl,
      room: id,
      transport: "auto",
      tail,
      // A phone's overlay is crowded by what a desktop's takes with ease.
      budget: matchMedia(smallScreen).matches ? "small" : "desktop",
      onEvent: store.push,
      onState: store.push,
      onSkipped: store.push,
      onMerged: store.push,
      onReset: store.push,
      join,
      needsTicket: locked,
    });
    return () => subscription.close();
  }, [client, config.realtimeUrl, id, locked, password, store]);

  const feed = useSyncExternalStore(store.subscribe, store.get);
  return { store, feed };
}

function faceOf({ title, description, visibility, slowModeMs, followersOnly, cover }: RoomView) {
  return { title, description, visibility, slowModeMs, followersOnly, cover };
}
