import type { ArchiveState, ReplayRow } from "@barrage/db";
import { coverHueOf } from "@barrage/domain";
import type { Role, UserRef, Visibility } from "@barrage/protocol";

/** A session as it can be seen again. Times in milliseconds since 1970. */
export interface ReplayView {
  /** The session's id. */
  readonly id: string;
  readonly room: {
    readonly id: string;
    readonly title: string;
    readonly visibility: Visibility;
    readonly host: UserRef;
    /** As the room's. */
    readonly cover: string | null;
    /** 0–359; as the room's. */
    readonly coverHue: number;
  };
  readonly startedAtMs: number;
  /** Null while it runs. */
  readonly endedAtMs: number | null;
  /** Until now while it runs. */
  readonly durationMs: number;
  readonly peakViewers: number;
  /** About how many different people watched. */
  readonly uniqueViewers: number;
  /** Danmaku, deleted ones left out. */
  readonly danmaku: number;
  /**
   * `missing`: can't be replayed (yet). `writing` and `whole`: all of it can be. `cut`: some of it was lost
   * before it was archived.
   */
  readonly archive: ArchiveState;
}

/** A session as the one who asks sees it. */
export interface OwnReplayView extends ReplayView {
  /** What they are in its room; null for an anonymous one. */
  readonly viewerRole: Role | null;
}

/** The view of a session. */
export function toReplayView({ room, startedAt, endedAt, ...session }: ReplayRow): ReplayView {
  return {
    id: session.id,
    room: { ...room, coverHue: coverHueOf(room.id) },
    startedAtMs: startedAt.getTime(),
    endedAtMs: endedAt?.getTime() ?? null,
    durationMs: session.durationMs,
    peakViewers: session.peakViewers,
    uniqueViewers: session.uniqueViewers,
    danmaku: session.danmaku,
    archive: session.archive,
  };
}
