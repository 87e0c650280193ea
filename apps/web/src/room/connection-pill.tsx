import { CloudOff, LoaderCircle, Radio } from "lucide-react";
import { useNow } from "../lib/use-now.ts";
import { cn } from "../ui/cn.ts";
import { describeConnection } from "./describe-connection.ts";
import type { Connection } from "./room-feed.ts";

/** How the room's feed is doing, in a word or two. */
export function ConnectionPill({ connection }: { readonly connection: Connection }) {
  const waiting = connection.retryAtMs !== null;
  const nowMs = useNow(250, waiting);
  const { text, mood } = describeConnection(connection, nowMs);
  return (
    <p
      data-testid="connection"
      data-phase={connection.phase}
      className={cn(
        "inline-flex h-6 items-center gap-1.5 rounded-full px-2.5 text-xs backdrop-blur-sm [&_svg]:size-3.5",
        mood === "good" ? "bg-black/60 text-white" : "bg-[#3b2a00]/90 text-[#ffd98a]",
        mood === "bad" && "bg-[#4a0d12]/90 text-[#ffb9b5]",
      )}
    >
      {mood === "good" ? (
        <Radio aria-hidden className="text-[#7be0a3]" />
      ) : mood === "bad" ? (
        <CloudOff aria-hidden />
      ) : (
        <LoaderCircle aria-hidden className="animate-spin" />
      )}
      {/* The countdown is for the eye; it would be read out every second. */}
      <span aria-live="polite" className="sr-only">
        {describeConnection({ ...connection, retryAtMs: null }, nowMs).text}
      </span>
      <span aria-hidden>{text}</span>
    </p>
  );
}
