import { Eye } from "lucide-react";
import { Link } from "react-router";
import type { RoomView } from "../lib/app-router.ts";
import { formatCount, plural } from "../lib/format.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Badge, LiveBadge } from "../ui/badge.tsx";
import { cn } from "../ui/cn.ts";
import { RoomCover } from "../ui/room-cover.tsx";
import { Skeleton } from "../ui/skeleton.tsx";

/** A room on the home page: one link, with everything a viewer chooses by. */
export function RoomCard({ room }: { readonly room: RoomView }) {
  const live = room.status === "live";
  return (
    <li>
      <Link to={`/rooms/${room.id}`} className="group block rounded-2xl">
        <div className="relative overflow-hidden rounded-2xl ring-1 ring-line transition duration-200 group-hover:-translate-y-1 group-hover:shadow-float group-hover:ring-accent/60">
          <RoomCover
            room={room}
            sizes="(min-width: 1280px) 21rem, (min-width: 1024px) 33vw, (min-width: 480px) 50vw, 100vw"
            className={cn("aspect-video", !live && "brightness-60 saturate-40")}
          />
          <div className="absolute inset-x-2.5 top-2.5 flex justify-between">
            {live ? <LiveBadge /> : <Badge tone="shade">Off air</Badge>}
            {live && (
              <Badge tone="shade" className="tabular-nums">
                <Eye aria-hidden />
                <span aria-hidden>{formatCount(room.viewers)}</span>
                <span className="sr-only">{plural(room.viewers, "viewer")}</span>
              </Badge>
            )}
          </div>
        </div>
        <div className="mt-3 flex gap-3">
          <Avatar id={room.host.id} name={room.host.name} />
          <div className="min-w-0">
            <h2 className="line-clamp-2 text-[15px] leading-snug font-semibold wrap-anywhere group-hover:text-accent-text">
              {room.title}
            </h2>
            <p className="truncate text-sm text-soft">{room.host.name}</p>
          </div>
        </div>
      </Link>
    </li>
  );
}

export function RoomCardSkeleton() {
  return (
    <li aria-hidden>
      <Skeleton className="aspect-video rounded-2xl" />
      <div className="mt-3 flex gap-3">
        <Skeleton className="size-9 rounded-full" />
        <div className="grid grow gap-2">
          <Skeleton className="h-4 w-4/5" />
          <Skeleton className="h-3 w-2/5" />
        </div>
      </div>
    </li>
  );
}
