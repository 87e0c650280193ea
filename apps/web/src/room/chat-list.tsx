import type { Role } from "@barrage/protocol";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, MessagesSquare } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { plural } from "../lib/format.ts";
import { Button } from "../ui/button.tsx";
import type { ChatLine } from "./chat-line.ts";
import { ChatRow } from "./chat-row.tsx";
import { frozenLines } from "./frozen-lines.ts";
import type { MessageSender } from "./message-sender.ts";
import { observeRectByFrame } from "./observe-rect-by-frame.ts";
import type { RoomFeed } from "./room-feed.ts";
import type { RoomStore } from "./room-store.ts";
import { useShortcuts } from "./use-shortcuts.ts";
import { useStickToEnd } from "./use-stick-to-end.ts";

interface ChatListProps {
  readonly feed: RoomFeed;
  readonly roomId: string;
  readonly viewerRole: Role | null;
  /** What an empty chat says. */
  readonly quiet: string;
  readonly store: RoomStore;
  /** Where something can be said. */
  readonly sender?: MessageSender;
}

/** What a reader who scrolled up looks at: it stands still, whatever comes in meanwhile. */
interface Frozen {
  readonly lines: readonly ChatLine[];
  readonly added: number;
}

/** The chat, of which only the rows in sight are in the document. New lines keep it at its end unless the reader scrolled up. */
export function ChatList({ feed, roomId, viewerRole, quiet, store, sender }: ChatListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [frozen, setFrozen] = useState<Frozen | null>(null);
  const lines = useMemo(
    () => (frozen === null ? feed.lines : frozenLines(frozen.lines, feed)),
    [feed, frozen],
  );
  // The compiler's rules do not know it; nothing here is memoised by the compiler.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 32,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 10,
    paddingStart: 8,
    paddingEnd: 10,
    observeElementRect: observeRectByFrame,
  });
  const height = virtual.getTotalSize();
  const { stuck, onScroll, stick } = useStickToEnd(scroller);
  useShortcuts({ e: stick });
  const { drafts } = feed;
  useEffect(() => {
    // Whoever says something wants to see it, and what becomes of it.
    if (drafts > 0) stick();
  }, [drafts, stick]);

  // Freezing takes what is on the screen at that moment; sticking again shows the present.
  useEffect(() => {
    setFrozen(stuck ? null : { lines: store.get().lines, added: store.get().added });
  }, [store, stuck]);
  const fresh = frozen === null ? 0 : feed.added - frozen.added;

  return (
    <div className="relative min-h-0 grow">
      {/* A log in meaning, but silent: at a crowd's pace it would never stop talking. ChatAnnouncer speaks for it. */}
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label="Messages"
        // The list scrolls, so the keyboard must be able to reach it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onScroll={onScroll}
        className="absolute inset-0 overflow-y-auto overscroll-contain -outline-offset-2"
      >
        {lines.length === 0 && <QuietChat text={quiet} />}
        <div className="relative w-full" style={{ height }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            if (line === undefined) return null;
            return (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <ChatRow
                  line={line}
                  roomId={roomId}
                  viewerRole={viewerRole}
                  meId={feed.me?.id ?? null}
                  store={store}
                  {...(sender === undefined ? {} : { sender })}
                />
              </div>
            );
          })}
        </div>
      </div>
      {!stuck && (
        <Button
          variant="primary"
          size="sm"
          className="absolute bottom-3 left-1/2 -translate-x-1/2 animate-rise rounded-full shadow-float"
          onClick={stick}
        >
          <ArrowDown />
          {fresh > 0 ? plural(fresh, "new message") : "Newest messages"}
        </Button>
      )}
    </div>
  );
}

function QuietChat({ text }: { readonly text: string }) {
  return (
    <div className="absolute inset-0 grid place-content-center justify-items-center gap-2 p-6 text-center text-sm text-faint">
      <MessagesSquare aria-hidden className="size-6" />
      <p>{text}</p>
    </div>
  );
}
