import { Ban, LogIn, MicOff, Moon, UserPlus } from "lucide-react";
import type { ReactNode } from "react";
import { Link, useLocation } from "react-router";
import { formatClock } from "../lib/format.ts";
import { Button } from "../ui/button.tsx";
import { FollowButton } from "./follow-button.tsx";
import type { RoomNow } from "./room-now.ts";
import type { WriteBarrier } from "./write-barrier.ts";

/** What stands where the message box would be, with the way past it if there is one. */
export function ComposerGate({ barrier, room }: { readonly barrier: WriteBarrier; readonly room: RoomNow }) {
  const { pathname } = useLocation();
  switch (barrier.kind) {
    case "anonymous":
      return (
        <Gate icon={<LogIn />} text="Watching is free. To say something, log in.">
          <Button asChild variant="primary">
            <Link to={`/login?next=${encodeURIComponent(pathname)}`}>Log in to chat</Link>
          </Button>
        </Gate>
      );
    case "off_air":
      return <Gate icon={<Moon />} text="The chat opens when the host goes live." />;
    case "banned":
      return <Gate icon={<Ban />} text="You are banned from this room." />;
    case "muted":
      return (
        <Gate
          icon={<MicOff />}
          text={
            barrier.untilMs === null
              ? "You are muted in this room."
              : `You are muted until ${formatClock(barrier.untilMs)}.`
          }
        />
      );
    case "followers_only":
      return (
        <Gate icon={<UserPlus />} text={`Only followers of ${room.host.name} may write here.`}>
          <FollowButton room={room} variant="primary" />
        </Gate>
      );
  }
}

function Gate({
  icon,
  text,
  children,
}: {
  readonly icon: ReactNode;
  readonly text: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="flex min-h-12 flex-wrap items-center justify-center gap-3 text-sm text-soft">
      <span className="flex items-center gap-2 [&_svg]:size-4 [&_svg]:shrink-0">
        <span aria-hidden>{icon}</span> {text}
      </span>
      {children}
    </div>
  );
}
