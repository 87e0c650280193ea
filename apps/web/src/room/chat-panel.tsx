import { Pin, X } from "lucide-react";
import { useState } from "react";
import { LotteryDock } from "../lottery/lottery-dock.tsx";
import { Button } from "../ui/button.tsx";
import { ChatAnnouncer } from "./chat-announcer.tsx";
import type { MessageLine } from "./chat-line.ts";
import { ChatList } from "./chat-list.tsx";
import { Composer } from "./composer.tsx";
import type { MessageSender } from "./message-sender.ts";
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
      <ChatList feed={feed} room={room} store={store} sender={sender} />
      <ChatAnnouncer store={store} />
      <Composer room={room} feed={feed} sender={sender} />
    </section>
  );
}

function PinnedSuper({ line }: { readonly line: MessageLine }) {
  const [closed, setClosed] = useState(false);
  if (closed || line.content.kind !== "super") return null;
  return (
    <div className="flex animate-rise items-start gap-2.5 border-b border-line bg-accent-wash px-4 py-2.5 text-sm">
      <Pin aria-hidden className="mt-0.5 size-4 shrink-0 text-accent-text" />
      <p className="line-clamp-3 grow wrap-anywhere">
        <b className="font-semibold">{line.by.name}</b> {line.content.text}
      </p>
      <Button
        variant="ghost"
        size="icon-sm"
        className="-mt-1 -mr-2"
        aria-label="Hide the super message"
        onClick={() => setClosed(true)}
      >
        <X />
      </Button>
    </div>
  );
}
