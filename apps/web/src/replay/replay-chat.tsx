import type { ReplayView } from "../lib/app-router.ts";
import { ChatAnnouncer } from "../room/chat-announcer.tsx";
import { ChatList } from "../room/chat-list.tsx";
import { PinnedSuper } from "../room/pinned-super.tsx";
import type { RoomFeed } from "../room/room-feed.ts";
import type { RoomStore } from "../room/room-store.ts";
import { LotteryMoment } from "./lottery-moment.tsx";
import type { PlayerState } from "./player.ts";

interface ReplayChatProps {
  readonly replay: ReplayView;
  readonly feed: RoomFeed;
  readonly store: RoomStore;
  readonly state: PlayerState;
}

/** What had been said by the moment at which the replay is. */
export function ReplayChat({ replay, feed, store, state }: ReplayChatProps) {
  return (
    <section aria-label="Chat" className="flex min-h-0 min-w-0 flex-col border-line bg-surface lg:border-l">
      <h2 className="border-b border-line px-4 py-3 text-sm font-semibold max-lg:sr-only">Chat replay</h2>
      {feed.pinned !== null && <PinnedSuper key={feed.pinned.key} line={feed.pinned} />}
      <LotteryMoment feed={feed.lotteries} />
      {state.isRecallLost && (
        <output className="block border-b border-line bg-raised px-4 py-2 text-[13px] text-soft">
          What was said before this moment could not be loaded. From here on it is all there.
        </output>
      )}
      {/* A jump is a new chat: whoever had scrolled up was reading another moment. */}
      <ChatList
        key={state.moves}
        feed={feed}
        roomId={replay.room.id}
        viewerRole={replay.viewerRole}
        quiet={
          replay.danmaku === 0 && replay.endedAtMs !== null
            ? "Nothing was said in this session."
            : "Nothing has been said yet at this moment."
        }
        store={store}
      />
      <ChatAnnouncer store={store} />
      <p className="border-t border-line px-4 py-3 text-center text-[13px] text-faint max-lg:py-2">
        {replay.endedAtMs === null
          ? "You are watching from behind. Go live to join in."
          : "A replay: the session is over, so nothing can be said here."}
      </p>
    </section>
  );
}
