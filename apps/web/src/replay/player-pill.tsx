import type { FeedReason } from "@barrage/client";
import { errorTable } from "@barrage/protocol";
import { CloudOff, LoaderCircle, RotateCw } from "lucide-react";
import type { PlayerState } from "./player.ts";

const look =
  "pointer-events-auto inline-flex min-h-6 items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs backdrop-blur-sm [&_svg]:size-3.5";

/** Why nothing moves, in a word or two; nothing while all is well. */
export function PlayerPill({
  state,
  onRetry,
}: {
  readonly state: PlayerState;
  readonly onRetry: () => void;
}) {
  const { trouble, isWaiting } = state;
  if (trouble?.isFinal === true) {
    return (
      <div role="alert" className={`${look} bg-[#4a0d12]/90 text-[#ffb9b5]`}>
        <CloudOff aria-hidden />
        {troubleWords(trouble.reason)}
        <button
          type="button"
          className="ml-1 inline-flex items-center gap-1 rounded-full font-semibold underline underline-offset-2"
          onClick={onRetry}
        >
          <RotateCw aria-hidden /> Try again
        </button>
      </div>
    );
  }
  if (!isWaiting && trouble === null) return null;
  return (
    <output className={`${look} bg-[#3b2a00]/90 text-[#ffd98a]`}>
      <LoaderCircle aria-hidden className="animate-spin" />
      {trouble === null ? "Loading" : waitWords(trouble.reason)}
    </output>
  );
}

function waitWords(reason: FeedReason | null): string {
  if (!navigator.onLine) return "You are offline: it goes on when you are back";
  if (reason?.cause === "refused" && reason.code === "replay_unavailable")
    return "The replay is out of reach: trying again";
  return "Reconnecting";
}

function troubleWords(reason: FeedReason | null): string {
  switch (reason?.cause) {
    case "refused":
      return errorTable[reason.code].message;
    case "ticket":
      return reason.code === undefined ? "No ticket for this room" : errorTable[reason.code].message;
    case "closed":
      return "You may no longer watch this";
    case "caller":
    case "ended":
    case "goodbye":
    case "network":
    case "no_hello":
    case "protocol":
    case "silent":
    case undefined:
      return "The replay has stopped";
  }
}
