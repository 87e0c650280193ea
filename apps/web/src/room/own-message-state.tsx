import { useRemaining } from "../lib/use-now.ts";
import { Button } from "../ui/button.tsx";
import type { Delivery } from "./chat-line.ts";
import type { MessageSender } from "./message-sender.ts";
import type { RoomStore } from "./room-store.ts";

interface OwnMessageStateProps {
  readonly delivery: Extract<Delivery, { state: "failed" }>;
  readonly store: RoomStore;
  readonly sender: MessageSender;
}

/** Why our message did not go through, and what can be done: try again with the same key, or let it go. */
export function OwnMessageState({ delivery, store, sender }: OwnMessageStateProps) {
  const { draft, error, retryAtMs } = delivery;
  const waitS = Math.ceil(useRemaining(retryAtMs) / 1000);
  return (
    <div role="alert" className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-danger-text">
      <span className="grow">{error.text}</span>
      {error.retryable && (
        <Button size="sm" className="h-7" disabled={waitS > 0} onClick={() => sender.retry(draft)}>
          {waitS > 0 ? `Retry in ${waitS} s` : "Retry"}
        </Button>
      )}
      <Button
        size="sm"
        variant="ghost"
        className="h-7"
        onClick={() => store.dispatch({ type: "discarded", key: draft.key })}
      >
        Discard
      </Button>
    </div>
  );
}
