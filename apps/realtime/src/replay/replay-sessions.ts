import {
  type ArchiveIndex,
  archiveIndexKey,
  archiveIndexSchema,
  type BlobStore,
  type Logger,
  type RoomLog,
} from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { createArchiveBytes } from "./archive-bytes.ts";
import { createPageCache } from "./page-cache.ts";
import { SessionTimeline } from "./session-timeline.ts";

/** The sessions that are being replayed on this node. */
export interface ReplaySessions {
  /**
   * The timeline of a session, with an index that is at most some seconds old.
   * @throws AppError `session_not_found`; `replay_unavailable`.
   */
  open(room: string, session: string): Promise<SessionTimeline>;
  /** What the pages hold in memory, about. */
  readonly pageBytes: number;
}

interface ReplaySessionsDeps {
  readonly log: Pick<RoomLog, "readAfter" | "epoch">;
  readonly blobs: Pick<BlobStore, "get">;
  readonly logger: Logger;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** What pages, and what was read ahead for those at full speed, may hold in memory together. */
  readonly bytesMax: number;
}

interface Known {
  readonly timeline: SessionTimeline;
  readAtMs: number;
  reading: Promise<void> | undefined;
}

const knownMax = 256;
/** So old may an index be: a message that is deleted is gone from replays after about this time. */
const indexAgeMs = 2_000;
/** Of the memory, for what was read ahead: as it is in the store, compressed. */
const aheadShare = 0.25;
const decoder = new TextDecoder();

/** Keeps the timelines that were used last, and all pages of all of them in one cache. */
export function createReplaySessions(deps: ReplaySessionsDeps): ReplaySessions {
  const { blobs, now } = deps;
  const pages = createPageCache(deps.bytesMax * (1 - aheadShare));
  const archive = createArchiveBytes(blobs, deps.bytesMax * aheadShare);
  const known = new Map<string, Known>();
  /** Bounded by the requests under way. */
  const opening = new Map<string, Promise<SessionTimeline>>();

  async function refresh(entry: Known, room: string, session: string): Promise<void> {
    entry.timeline.update(await readIndex(deps, room, session));
    entry.readAtMs = now();
  }

  async function add(key: string, room: string, session: string): Promise<SessionTimeline> {
    const timeline = new SessionTimeline(await readIndex(deps, room, session), { ...deps, pages, archive });
    known.set(key, { timeline, readAtMs: now(), reading: undefined });
    const [oldest] = known.keys();
    // Who still watches it keeps it; somebody who comes later reads its index anew.
    if (known.size > knownMax && oldest !== undefined) known.delete(oldest);
    return timeline;
  }

  /** Those who come together, to a replay that was just linked to, wait for one reading. */
  async function addOnce(key: string, room: string, session: string): Promise<SessionTimeline> {
    const adding = opening.get(key) ?? add(key, room, session).finally(() => opening.delete(key));
    opening.set(key, adding);
    return await adding;
  }

  return {
    async open(room, session) {
      const key = `${room}/${session}`;
      const entry = known.get(key);
      if (entry === undefined) return await addOnce(key, room, session);
      known.delete(key);
      known.set(key, entry);
      if (now() - entry.readAtMs >= indexAgeMs) {
        entry.reading ??= refresh(entry, room, session).finally(() => {
          entry.reading = undefined;
        });
        await entry.reading;
      }
      return entry.timeline;
    },
    get pageBytes() {
      return pages.bytes;
    },
  };
}

async function readIndex(
  { blobs, logger }: Pick<ReplaySessionsDeps, "blobs" | "logger">,
  room: string,
  session: string,
): Promise<ArchiveIndex> {
  const key = archiveIndexKey(room, session);
  let bytes: Uint8Array | undefined;
  try {
    bytes = await blobs.get(key);
  } catch (error) {
    logger.warn({ error, session }, "the index of a session can't be read");
    throw new AppError("replay_unavailable", { cause: error, retryAfterMs: 1_000 });
  }
  if (bytes === undefined) throw new AppError("session_not_found");
  return archiveIndexSchema.parse(JSON.parse(decoder.decode(bytes)));
}
