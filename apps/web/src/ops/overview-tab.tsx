import { ExternalLink, Server } from "lucide-react";
import { describeError } from "../lib/describe-error.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { EmptyState } from "../ui/states.tsx";
import { BackgroundCard } from "./background-card.tsx";
import { LimiterCard } from "./limiter-card.tsx";
import { ProcessesCard } from "./processes-card.tsx";
import { usePlatformState } from "./use-platform-state.ts";
import { WatchedRoomsCard } from "./watched-rooms-card.tsx";

/** Processes, rooms and background work, as they are now. */
export function OverviewTab() {
  const { state, error, isLive, isRetried } = usePlatformState();
  if (state === undefined) {
    if (error !== null) {
      return (
        <EmptyState
          icon={<Server />}
          title="Nothing can be seen now"
          text={`${describeError(error).text}${isRetried ? " It is tried again by itself." : ""}`}
        />
      );
    }
    return (
      <div className="grid gap-4" aria-busy>
        <Skeleton className="h-56 rounded-3xl" />
        <Skeleton className="h-40 rounded-3xl" />
      </div>
    );
  }
  const { processes, rooms, tracesUrl, isHeard } = state;
  const isFresh = isLive && isHeard;
  const staleText = isLive
    ? "NATS is away, nobody can be heard: this is how it was"
    : "Not connected: this is how it was";
  return (
    <div className="grid grid-cols-1 gap-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <output>
          <Badge tone={isFresh ? "accent" : "neutral"}>
            {isFresh ? "Live: told anew every two seconds" : staleText}
          </Badge>
        </output>
        {tracesUrl !== null && (
          <Button asChild size="sm">
            <a href={tracesUrl} target="_blank" rel="noreferrer">
              <ExternalLink /> Traces
            </a>
          </Button>
        )}
      </div>
      <ProcessesCard processes={processes} />
      <WatchedRoomsCard rooms={rooms} />
      <LimiterCard rooms={rooms} />
      <BackgroundCard processes={processes} />
    </div>
  );
}
