import { RotateCcw } from "lucide-react";
import { type RefObject, useRef, useSyncExternalStore } from "react";
import { Link } from "react-router";
import { formatDuration } from "../lib/format.ts";
import { useServices } from "../lib/services.tsx";
import { useReducedMotion } from "../lib/use-media-query.ts";
import { useNow } from "../lib/use-now.ts";
import { LatestSessions } from "../replay/latest-sessions.tsx";
import { replayPath } from "../replay/replay-card.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { Badge, LiveBadge } from "../ui/badge.tsx";
import { cn } from "../ui/cn.ts";
import { ConnectionPill } from "./connection-pill.tsx";
import { DanmakuOverlay } from "./danmaku-overlay.tsx";
import { GiftBanners } from "./gift-banners.tsx";
import type { Connection } from "./room-feed.ts";
import type { RoomNow } from "./room-now.ts";
import type { RoomStore } from "./room-store.ts";
import { StageBackdrop } from "./stage-backdrop.tsx";
import { StageControls } from "./stage-controls.tsx";
import { StageCover } from "./stage-cover.tsx";

interface RoomStageProps {
  readonly room: RoomNow;
  readonly store: RoomStore;
  readonly connection: Connection;
  /** Of a private room, unless the viewer is let in without. */
  readonly password: string | undefined;
}

/** Whether danmaku fly here: as chosen, else unless the viewer's system asks for less motion. */
export function useDanmakuShown(): boolean {
  const { settings } = useServices();
  const { shown } = useSyncExternalStore(settings.danmaku.subscribe, settings.danmaku.get);
  const reducedMotion = useReducedMotion();
  return shown ?? !reducedMotion;
}

/** The picture of a room with everything on it. There is no video yet: light, the title, and the words. */
export function RoomStage({ room, store, connection, password }: RoomStageProps) {
  const { settings } = useServices();
  const danmaku = useSyncExternalStore(settings.danmaku.subscribe, settings.danmaku.get);
  const shown = useDanmakuShown();
  const stage = useRef<HTMLElement>(null);
  return (
    <section
      ref={stage}
      aria-label="Stage"
      className="group/stage relative isolate aspect-video max-h-[38dvh] w-full overflow-hidden bg-black text-white lg:aspect-auto lg:max-h-none lg:min-h-0"
    >
      {room.cover === null ? (
        <StageBackdrop hue={room.coverHue} live={room.status === "live"} />
      ) : (
        <StageCover room={room} />
      )}
      <StageTitle room={room} password={password} />
      {shown && <DanmakuOverlay store={store} settings={danmaku} />}
      <GiftBanners store={store} />
      <div className="absolute inset-x-3 top-3 flex items-start justify-between gap-2 sm:inset-x-4 sm:top-4">
        <StageStatus room={room} />
        <ConnectionPill connection={connection} />
      </div>
      <StageControls shown={shown} stage={stage satisfies RefObject<HTMLElement | null>} />
    </section>
  );
}

function StageStatus({ room }: { readonly room: RoomNow }) {
  const live = room.status === "live";
  const nowMs = useNow(1000, live);
  if (!live) return <Badge tone="shade">Off air</Badge>;
  return (
    <div className="flex items-center gap-1.5">
      <LiveBadge />
      {room.sessionId !== null && (
        <Link
          to={replayPath({ id: room.sessionId, roomId: room.id })}
          className="inline-flex h-6 items-center gap-1.5 rounded-full bg-black/60 px-2.5 text-xs whitespace-nowrap text-white backdrop-blur-sm hover:bg-black/80 [&_svg]:size-3.5"
        >
          <RotateCcw aria-hidden /> From the start
        </Link>
      )}
      {room.startedAtMs !== null && (
        <Badge tone="shade" className="tabular-nums">
          <span className="sr-only">Live for </span>
          {formatDuration(nowMs - room.startedAtMs)}
        </Badge>
      )}
    </div>
  );
}

function StageTitle({ room, password }: Pick<RoomStageProps, "room" | "password">) {
  const idle = room.status === "idle";
  return (
    <div className="absolute inset-0 grid place-content-center justify-items-center gap-3 px-6 text-center">
      <Avatar
        id={room.host.id}
        name={room.host.name}
        className={cn(
          "size-14 text-xl ring-4 ring-white/10 sm:size-20 sm:text-3xl lg:size-24 lg:text-4xl",
          // On a phone the way to the past sessions needs the room.
          idle && "max-sm:size-10 max-sm:text-base",
        )}
      />
      <p className="max-w-2xl text-lg font-bold tracking-tight text-balance text-white/90 drop-shadow-md sm:text-2xl lg:text-4xl">
        {room.title}
      </p>
      <p className={cn("text-sm text-white/75 sm:text-base", idle && "max-sm:hidden")}>{captionOf(room)}</p>
      {idle && <LatestSessions room={room} password={password} />}
    </div>
  );
}

function captionOf(room: RoomNow): string {
  if (room.status === "deleted") return "This room no longer exists";
  if (room.status === "live") return `with ${room.host.name}`;
  return room.justEnded
    ? `That was it for now. Follow ${room.host.name} to come back.`
    : `${room.host.name} is not live right now`;
}
