import { MessagesSquare, Play } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { Link } from "react-router";
import { formatAgo, formatCount, formatDateTime, formatDuration, plural } from "../lib/format.ts";
import { useNow } from "../lib/use-now.ts";
import { Badge } from "../ui/badge.tsx";
import { RoomCover } from "../ui/room-cover.tsx";
import { Skeleton } from "../ui/skeleton.tsx";

/** What a card shows of a session. */
export interface ReplayCardSession {
  readonly id: string;
  readonly roomId: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly messages: number;
}

interface ReplayCardProps {
  readonly session: ReplayCardSession;
  /** Whose cover it has. */
  readonly room: ComponentProps<typeof RoomCover>["room"];
  readonly title: string;
  /** The title's rank on its page. */
  readonly heading?: "h2" | "h3";
  /** Under the title. */
  readonly children?: ReactNode;
}

/** The address of a session's replay. */
export function replayPath({ id, roomId }: Pick<ReplayCardSession, "id" | "roomId">): string {
  return `/rooms/${roomId}/replays/${id}`;
}

/** A session that can be seen again: one link. */
export function ReplayCard({ session, room, title, heading: Heading = "h2", children }: ReplayCardProps) {
  const nowMs = useNow(60_000);
  return (
    <Link to={replayPath(session)} className="group block rounded-2xl">
      <div className="relative overflow-hidden rounded-2xl ring-1 ring-line transition duration-200 group-hover:-translate-y-1 group-hover:shadow-float group-hover:ring-accent/60">
        <RoomCover room={room} sizes="(min-width: 640px) 22rem, 100vw" className="aspect-video" />
        <span
          aria-hidden
          className="absolute inset-0 grid place-items-center opacity-0 transition group-hover:opacity-100 group-focus-visible:opacity-100"
        >
          <span className="grid size-12 place-items-center rounded-full bg-black/55 text-white backdrop-blur-sm">
            <Play className="size-5 translate-x-px fill-current" />
          </span>
        </span>
        <div className="absolute inset-x-2.5 bottom-2.5 flex justify-between">
          <Badge tone="shade" className="tabular-nums">
            <MessagesSquare aria-hidden />
            <span aria-hidden>{formatCount(session.messages)}</span>
            <span className="sr-only">{plural(session.messages, "message")}</span>
          </Badge>
          <Badge tone="shade" className="tabular-nums">
            <span className="sr-only">Length </span>
            {formatDuration(session.durationMs)}
          </Badge>
        </div>
      </div>
      <Heading className="mt-2.5 line-clamp-2 text-[15px] leading-snug font-semibold wrap-anywhere group-hover:text-accent-text">
        {title}
      </Heading>
      <p className="flex min-w-0 gap-1.5 text-sm text-soft">
        {children}
        <time
          dateTime={new Date(session.startedAtMs).toISOString()}
          title={formatDateTime(session.startedAtMs)}
          className="shrink-0"
        >
          {formatAgo(session.startedAtMs + session.durationMs, nowMs)}
        </time>
      </p>
    </Link>
  );
}

export function ReplayCardSkeleton() {
  return (
    <div aria-hidden>
      <Skeleton className="aspect-video rounded-2xl" />
      <Skeleton className="mt-3 h-4 w-4/5" />
      <Skeleton className="mt-2 h-3 w-2/5" />
    </div>
  );
}
