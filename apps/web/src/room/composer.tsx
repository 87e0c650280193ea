import { useNow } from "../lib/use-now.ts";
import { ComposerGate } from "./composer-gate.tsx";
import { MessageForm } from "./message-form.tsx";
import type { MessageSender } from "./message-sender.ts";
import type { RoomFeed } from "./room-feed.ts";
import type { RoomNow } from "./room-now.ts";
import { writeBarrier } from "./write-barrier.ts";

interface ComposerProps {
  readonly room: RoomNow;
  readonly feed: RoomFeed;
  readonly sender: MessageSender;
}

/** Where a viewer writes; or, when they can't, the reason and the way there. */
export function Composer({ room, feed, sender }: ComposerProps) {
  // A mute ends by itself.
  const nowMs = useNow(5000, feed.sanction.muted !== undefined);
  const barrier = writeBarrier(room, feed, nowMs);
  return (
    <div className="border-t border-line bg-surface p-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      {barrier === null ? (
        <MessageForm room={room} lockedUntilMs={feed.lockedUntilMs} sender={sender} />
      ) : (
        <ComposerGate barrier={barrier} room={room} />
      )}
    </div>
  );
}
