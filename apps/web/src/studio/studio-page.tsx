import { useQuery } from "@tanstack/react-query";
import { Clapperboard, Plus } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import type { RoomView } from "../lib/app-router.ts";
import { formatDateTime, plural } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useTitle } from "../lib/use-title.ts";
import { Badge, LiveBadge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { RoomCover } from "../ui/room-cover.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { NewRoomDialog } from "./new-room-dialog.tsx";

/** `/studio`: the rooms of whoever is logged in. */
export function StudioPage() {
  const trpc = useTRPC();
  const rooms = useQuery(trpc.rooms.mine.queryOptions());
  const [creating, setCreating] = useState(false);
  useTitle("Studio");
  return (
    <main id="main" className="mx-auto max-w-5xl px-4 pt-8 pb-20 lg:px-8">
      <div className="mb-7 flex items-center justify-between gap-4">
        <div>
          <h1 className="text-2xl font-bold">Studio</h1>
          <p className="mt-1 text-sm text-soft">Your rooms, and what happens in them.</p>
        </div>
        <Button variant="primary" onClick={() => setCreating(true)}>
          <Plus /> New room
        </Button>
      </div>
      {rooms.isPending ? (
        <div className="grid gap-3">
          <Skeleton className="h-24 rounded-3xl" />
          <Skeleton className="h-24 rounded-3xl" />
        </div>
      ) : rooms.isError ? (
        <ErrorState error={rooms.error} onRetry={() => void rooms.refetch()} />
      ) : rooms.data.length === 0 ? (
        <EmptyState
          className="rounded-3xl border border-dashed border-line"
          icon={<Clapperboard />}
          title="You have no room yet"
          text="A room is where you go live. Name it, open it, and share its link."
          action={
            <Button variant="primary" onClick={() => setCreating(true)}>
              <Plus /> Create your first room
            </Button>
          }
        />
      ) : (
        <ul className="grid gap-3">
          {rooms.data.map((room) => (
            <RoomRow key={room.id} room={room} />
          ))}
        </ul>
      )}
      <NewRoomDialog open={creating} onOpenChange={setCreating} />
    </main>
  );
}

function RoomRow({ room }: { readonly room: RoomView }) {
  const live = room.status === "live";
  return (
    <li>
      <Link
        to={`/studio/${room.id}`}
        className="group flex items-center gap-4 rounded-3xl border border-line bg-surface p-3 pr-5 transition hover:border-accent/60 hover:bg-raised/60"
      >
        <RoomCover room={room} sizes="9rem" className="aspect-video w-28 shrink-0 rounded-2xl sm:w-36" />
        <div className="min-w-0 grow">
          <h2 className="truncate font-semibold">{room.title}</h2>
          <p className="truncate text-sm text-faint">
            {live ? plural(room.viewers, "viewer") : `Created ${formatDateTime(room.createdAtMs)}`}
          </p>
        </div>
        {room.visibility !== "public" && (
          <Badge className="capitalize max-sm:hidden">{room.visibility}</Badge>
        )}
        {live ? <LiveBadge /> : <Badge>Off air</Badge>}
      </Link>
    </li>
  );
}
