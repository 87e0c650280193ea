import { subscribeRoom } from "@barrage/client";
import { AppError } from "@barrage/protocol";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { RoomView } from "../lib/app-router.ts";
import { describeError } from "../lib/describe-error.ts";
import { useServices } from "../lib/services.tsx";
import { useTRPCClient } from "../lib/trpc.ts";
import { createRoomFeed, type Me, type RoomFeed } from "./room-feed.ts";
import { atNextBrowserFrame, createRoomStore, type RoomStore } from "./room-store.ts";

interface RoomFeedRequest {
  readonly view: RoomView;
  readonly me: Me | null;
  /** Of a private room, unless the viewer is let in without. */
  readonly password: string | undefined;
}

/** How much of what was said before is shown to somebody who comes in. */
const tail = 80;
const smallScreen = "(max-width: 640px), (max-height: 480px)";

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
    const ticket = async () => {
      try {
        const answer = await client.rooms.ticket.mutate({
          id,
          ...(password === undefined ? {} : { password }),
        });
        return answer.ticket;
      } catch (error) {
        const { code } = describeError(error);
        // The SDK tells final refusals (wrong password) from passing ones by our code.
        throw code === "unreachable" ? error : new AppError(code, { cause: error });
      }
    };
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
      ...(locked ? { ticket } : {}),
    });
    return () => subscription.close();
  }, [client, config.realtimeUrl, id, locked, password, store]);

  const feed = useSyncExternalStore(store.subscribe, store.get);
  return { store, feed };
}

function faceOf({ title, description, visibility, slowModeMs, followersOnly }: RoomView) {
  return { title, description, visibility, slowModeMs, followersOnly };
}
