import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { RoomView } from "../lib/app-router.ts";
import { useServices } from "../lib/services.tsx";
import { useTRPC, useTRPCClient } from "../lib/trpc.ts";
import { ChatPanel } from "./chat-panel.tsx";
import { createMessageSender } from "./message-sender.ts";
import type { Me } from "./room-feed.ts";
import { RoomInfo } from "./room-info.tsx";
import { roomNow } from "./room-now.ts";
import { RoomStage, useDanmakuShown } from "./room-stage.tsx";
import { useKeyboardInset } from "./use-keyboard-inset.ts";
import { useRoomFeed } from "./use-room-feed.ts";
import { useShortcuts } from "./use-shortcuts.ts";

interface LiveRoomProps {
  readonly view: RoomView;
  readonly me: Me | null;
  readonly password: string | undefined;
}

/** A room that is open to this viewer: stage, chat, and what is known about it now. */
export function LiveRoom({ view, me, password }: LiveRoomProps) {
  const { settings } = useServices();
  const client = useTRPCClient();
  const { store, feed } = useRoomFeed({ view, me, password });
  const room = roomNow(view, feed);
  const shown = useDanmakuShown();
  const keyboardPx = useKeyboardInset();
  useShortcuts({ d: () => settings.danmaku.set({ ...settings.danmaku.get(), shown: !shown }) });

  const [sender] = useState(() => createMessageSender({ client, store, roomId: view.id, nowMs: Date.now }));
  useEffect(() => sender.open(), [sender]);

  const queries = useQueryClient();
  const trpc = useTRPC();
  const { resets } = feed;
  useEffect(() => {
    // What the feed had told is not to be trusted any more: ask how the room stands. The phase would not tell: it
    // stays live when the reset comes in the middle of it, and is live again within the same frame otherwise.
    if (resets > 0) void queries.invalidateQueries({ queryKey: trpc.rooms.get.queryKey() });
  }, [resets, queries, trpc]);

  return (
    <main
      id="main"
      data-testid="room"
      style={{ height: `calc(100dvh - var(--top) - ${keyboardPx}px)` }}
      className="grid min-h-0 grid-cols-[minmax(0,1fr)] grid-rows-[auto_auto_minmax(0,1fr)] lg:grid-cols-[minmax(0,1fr)_24rem] lg:grid-rows-[minmax(0,1fr)_auto]"
    >
      <RoomStage room={room} store={store} connection={feed.connection} password={password} />
      <div className="contents lg:block lg:[grid-column:1] lg:[grid-row:2]">
        <RoomInfo room={room} password={password} />
      </div>
      <div className="grid min-h-0 lg:[grid-column:2] lg:[grid-row:1/3]">
        <ChatPanel room={room} feed={feed} store={store} sender={sender} password={password} />
      </div>
    </main>
  );
}
