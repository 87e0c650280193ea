import { Check, Eye, History, Lock, Settings, Share2, Shield } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { formatCount, plural } from "../lib/format.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { FollowButton } from "./follow-button.tsx";
import { MemberListButton } from "./member-list.tsx";
import type { RoomNow } from "./room-now.ts";

interface RoomInfoProps {
  readonly room: RoomNow;
  /** Of a private room, unless the viewer is let in without. */
  readonly password: string | undefined;
}

/** What the room is, whose it is, and how many are here. */
export function RoomInfo({ room, password }: RoomInfoProps) {
  return (
    <section
      aria-label="About this room"
      className="flex items-center gap-3 border-b border-line bg-surface px-4 py-2.5 lg:border-t lg:border-b-0 lg:px-6 lg:py-4"
    >
      <Avatar id={room.host.id} name={room.host.name} className="max-sm:size-8 lg:size-11" />
      <div className="min-w-0 grow">
        <h1 className="flex items-center gap-2 truncate text-sm font-semibold lg:text-lg">
          <span className="truncate">{room.title}</span>
          {room.visibility === "private" && (
            <Lock aria-label="Private room" className="size-4 shrink-0 text-faint" />
          )}
        </h1>
        <p className="truncate text-[13px] text-soft lg:text-sm">
          {room.host.name}
          {room.description !== "" && <span className="text-faint max-sm:hidden"> · {room.description}</span>}
        </p>
      </div>
      {room.memberList ? <MemberListButton room={room} password={password} /> : <ViewerCount room={room} />}
      <Button asChild size="icon-sm" variant="ghost">
        <Link to={`/rooms/${room.id}/replays`} aria-label="Past sessions" title="Past sessions">
          <History />
        </Link>
      </Button>
      {room.viewerRole === "host" ? (
        <Button asChild size="sm">
          <Link to={`/studio/${room.id}`}>
            <Settings /> Studio
          </Link>
        </Button>
      ) : (
        <>
          {room.viewerRole === "moderator" && <ModerateLink roomId={room.id} />}
          <FollowButton room={room} variant="primary" />
        </>
      )}
      <ShareButton title={room.title} />
    </section>
  );
}

/** A moderator's way to their part of the studio, where mutes and bans are lifted. */
function ModerateLink({ roomId }: { readonly roomId: string }) {
  return (
    <Button asChild size="sm" className="max-sm:px-2">
      <Link to={`/studio/${roomId}?tab=moderation`} title="Moderate">
        <Shield /> <span className="max-sm:sr-only">Moderate</span>
      </Link>
    </Button>
  );
}

function ViewerCount({ room }: { readonly room: RoomNow }) {
  return (
    <p
      className="flex items-center gap-1.5 text-sm text-soft tabular-nums"
      title={plural(room.viewers, "viewer")}
    >
      <Eye aria-hidden className="size-4" />
      <span aria-hidden data-testid="viewers">
        {formatCount(room.viewers)}
      </span>
      <span className="sr-only">{plural(room.viewers, "viewer")}</span>
    </p>
  );
}

function ShareButton({ title }: { readonly title: string }) {
  const [copied, setCopied] = useState(false);
  const share = async () => {
    try {
      if ("share" in navigator && matchMedia("(pointer: coarse)").matches) {
        await navigator.share({ title, url: location.href });
        return;
      }
      await navigator.clipboard.writeText(location.href);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    } catch {
      // The viewer closed the share sheet, or the browser does not allow it: the address bar has the link.
    }
  };
  return (
    <Button
      size="icon-sm"
      variant="ghost"
      className="max-sm:hidden"
      aria-label={copied ? "Link copied" : "Share this room"}
      onClick={() => void share()}
    >
      {copied ? <Check className="text-ok-text" /> : <Share2 />}
    </Button>
  );
}
