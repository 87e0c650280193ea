import { LotteryDock } from "../lottery/lottery-dock.tsx";
import { ChatAnnouncer } from "./chat-announcer.tsx";
import { ChatList } from "./chat-list.tsx";
import { Composer } from "./composer.tsx";
import type { MessageSender } from "./message-sender.ts";
import { PinnedSuper } from "./pinned-super.tsx";
import type { RoomFeed } from "./room-feed.ts";
import type { RoomNow } from "./room-now.ts";
import type { RoomStore } from "./room-store.ts";

interface ChatPanelProps {
  readonly room: RoomNow;
  readonly feed: RoomFeed;
  readonly store: RoomStore;
  readonly sender: MessageSender;
  /** Of a private room, unless the viewer is let in without. */
  readonly password: string | undefined;
}

/** What is said in the room, and the way to say something. */
export function ChatPanel({ room, feed, store, sender, password }: ChatPanelProps) {
  return (
    <section aria-label="Chat" className="flex min-h-0 min-w-0 flex-col border-line bg-surface lg:border-l">
      <h2 className="border-b border-line px-4 py-3 text-sm font-semibold max-lg:sr-only">Chat</h2>
      {feed.pinned !== null && <PinnedSuper key={feed.pinned.key} line={feed.pinned} />}
      <LotteryDock room={room} feed={feed} sender={sender} password={password} />
      <ChatList
        feed={feed}
        roomId={room.id}
        viewerRole={room.viewerRole}
        quiet={
          room.status === "live"
            ? "Nobody has said anything yet. Be the first."
            : "It is quiet here until the host goes live."
        }
        store={store}
        sender={sender}
      />
      <ChatAnnouncer store={store} />
      <Composer room={room} feed={feed} sender={sender} />
    </section>
  );
}
