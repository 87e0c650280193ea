import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, DoorClosed, ExternalLink } from "lucide-react";
import { Link, useParams, useSearchParams } from "react-router";
import type { RoomView } from "../lib/app-router.ts";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useTitle } from "../lib/use-title.ts";
import { LotteriesTab } from "../lottery/lotteries-tab.tsx";
import { RecordingCard } from "../recording/recording-card.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { LiveControl } from "./live-control.tsx";
import { ModerationTab } from "./moderation-tab.tsx";
import { SessionsTab } from "./sessions-tab.tsx";
import { SettingsTab } from "./settings-tab.tsx";
import { StreamKeyCard } from "./stream-key-card.tsx";

const tabs = ["overview", "settings", "moderation", "lotteries", "sessions"] as const;

/** `/studio/:id`: one room, as its host or a moderator sees it. */
export function StudioRoomPage() {
  const { id = "" } = useParams();
  const trpc = useTRPC();
  const room = useQuery({ ...trpc.rooms.get.queryOptions({ id }), refetchInterval: 10_000 });
  useTitle(room.data === undefined ? "Studio" : `${room.data.title}: studio`);
  return (
    <main id="main" className="mx-auto max-w-5xl px-4 pt-6 pb-20 lg:px-8">
      <Link
        to="/studio"
        className="mb-4 inline-flex items-center gap-1 rounded text-sm text-soft hover:text-ink"
      >
        <ChevronLeft aria-hidden className="size-4" /> All rooms
      </Link>
      {room.isPending ? (
        <div className="grid gap-4">
          <Skeleton className="h-10 w-2/3" />
          <Skeleton className="h-56 rounded-3xl" />
        </div>
      ) : room.isError ? (
        describeError(room.error).code === "room_not_found" ? (
          <EmptyState icon={<DoorClosed />} title="There is no such room" text="It may have been deleted." />
        ) : (
          <ErrorState error={room.error} onRetry={() => void room.refetch()} />
        )
      ) : (
        <RoomDesk room={room.data} />
      )}
    </main>
  );
}

function RoomDesk({ room }: { readonly room: RoomView }) {
  const [params, setParams] = useSearchParams();
  const asked = params.get("tab");
  const host = room.viewerRole === "host";
  if (!host && room.viewerRole !== "moderator") {
    return (
      <EmptyState
        icon={<DoorClosed />}
        title="This is not your room"
        text="Only its host and moderators have a studio here."
      />
    );
  }
  const mine = host ? tabs : tabs.filter((name) => name !== "overview" && name !== "settings");
  const value = mine.find((name) => name === asked) ?? mine[0] ?? "moderation";
  const bodies = {
    overview: (
      <div className="grid gap-5 lg:grid-cols-[3fr_2fr]">
        <div className="grid min-w-0 content-start gap-5">
          <LiveControl room={room} />
          <RecordingCard room={room} />
        </div>
        <div className="grid min-w-0 content-start gap-5">
          <StreamKeyCard roomId={room.id} />
        </div>
      </div>
    ),
    lotteries: <LotteriesTab room={room} />,
    settings: <SettingsTab key={room.id} room={room} />,
    moderation: <ModerationTab room={room} />,
    sessions: <SessionsTab roomId={room.id} />,
  } as const;
  const names = {
    overview: "Overview",
    lotteries: "Lotteries",
    settings: "Settings",
    moderation: "Moderation",
    sessions: "Sessions",
  } as const;
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h1 className="min-w-0 text-2xl font-bold wrap-anywhere">{room.title}</h1>
        <div className="flex gap-2">
          <CopyButton text={`${location.origin}/rooms/${room.id}`} label="Copy link" />
          <Button asChild size="sm">
            <Link to={`/rooms/${room.id}`}>
              <ExternalLink /> Open room
            </Link>
          </Button>
        </div>
      </div>
      <Tabs
        label="Parts of the studio"
        value={value}
        onValueChange={(tab) => setParams({ tab }, { replace: true })}
        tabs={mine.map((name) => ({ value: name, text: names[name], body: bodies[name] }))}
      />
    </>
  );
}
