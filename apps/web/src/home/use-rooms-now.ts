import { type RoomsFeed, subscribeRooms } from "@barrage/client";
import { useEffect, useRef, useState } from "react";
import type { RoomView } from "../lib/app-router.ts";
import { useServices } from "../lib/services.tsx";
import { useTRPCClient } from "../lib/trpc.ts";
import { afterItem, noChanges, roomsNow } from "./rooms-now.ts";

/** As many as one connection follows; who scrolls further has read the first ones. */
const followedMax = 48;

/**
 * A list of rooms as they stand now: whether they are live and how many watch, over one connection for all of them.
 * Looking at a list is not watching: nobody is counted as a viewer by it.
 */
export function useRoomsNow(rooms: readonly RoomView[]): readonly RoomView[] {
  const { config } = useServices();
  const client = useTRPCClient();
  const [changes, setChanges] = useState(noChanges);
  const feed = useRef<RoomsFeed>(null);
  const followed = rooms
    .filter(({ visibility }) => visibility === "public")
    .slice(0, followedMax)
    .map(({ id }) => id)
    .toSorted()
    .join(",");

  useEffect(() => {
    const opened = subscribeRooms({
      url: config.realtimeUrl,
      join: () => client.rooms.nodes.query(),
      rooms: [],
      view: "status",
      onEvent: (item) => setChanges((known) => afterItem(known, item)),
      onReset: (item) => setChanges((known) => afterItem(known, item)),
      onState: (item) => setChanges((known) => afterItem(known, item)),
    });
    feed.current = opened;
    return () => {
      feed.current = null;
      opened.close();
      setChanges(noChanges);
    };
  }, [client, config.realtimeUrl]);

  useEffect(() => {
    const wanted = new Set(followed === "" ? [] : followed.split(","));
    for (const room of feed.current?.rooms ?? []) if (!wanted.has(room)) feed.current?.remove(room);
    for (const room of wanted) feed.current?.add(room);
  }, [followed]);

  return roomsNow(rooms, changes);
}
