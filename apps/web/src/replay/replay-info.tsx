import { CalendarDays, Eye, MessagesSquare, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ReplayView } from "../lib/app-router.ts";
import { formatCount, formatDateTime, plural } from "../lib/format.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";

/** What is replayed, whose it was, and how many were there. */
export function ReplayInfo({ replay }: { readonly replay: ReplayView }) {
  const { room } = replay;
  return (
    <section
      aria-label="About this session"
      className="border-b border-line bg-surface px-4 py-2.5 lg:border-t lg:border-b-0 lg:px-6 lg:py-4"
    >
      <div className="flex items-center gap-3">
        <Avatar id={room.host.id} name={room.host.name} className="max-sm:size-8 lg:size-11" />
        <div className="min-w-0 grow">
          <h1 className="truncate text-sm font-semibold lg:text-lg">{room.title}</h1>
          <p className="flex min-w-0 items-center gap-x-3 text-[13px] text-soft lg:text-sm">
            <span className="min-w-16 truncate">{room.host.name}</span>
            <Fact
              icon={<CalendarDays />}
              text={formatDateTime(replay.startedAtMs)}
              className="max-xl:hidden"
            />
            <Fact icon={<MessagesSquare />} text={`${formatCount(replay.danmaku)} danmaku`} />
            {replay.peakViewers > 0 && (
              <Fact
                icon={<Eye />}
                text={`${plural(replay.peakViewers, "viewer")} at most`}
                className="max-sm:hidden"
              />
            )}
          </p>
        </div>
        <Button asChild size="sm" variant="ghost" className="max-sm:hidden">
          <Link to={`/rooms/${room.id}/replays`}>All sessions</Link>
        </Button>
        <Button asChild size="sm">
          <Link to={`/rooms/${room.id}`}>Open room</Link>
        </Button>
      </div>
      {replay.archive === "cut" && (
        <p className="mt-2 flex items-start gap-2 rounded-xl bg-danger-wash px-3 py-2 text-[13px] text-danger-text">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          Part of this session was lost before it could be archived: the replay goes on without it.
        </p>
      )}
    </section>
  );
}

interface FactProps {
  readonly icon: ReactNode;
  readonly text: string;
  readonly className?: string;
}

function Fact({ icon, text, className = "" }: FactProps) {
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap [&_svg]:size-3.5 ${className}`}>
      <span aria-hidden className="text-faint">
        {icon}
      </span>
      {text}
    </span>
  );
}
