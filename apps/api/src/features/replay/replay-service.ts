import {
  countDanmakuByTime,
  type Database,
  findReplay,
  type HeatQuery,
  listGiftMarks,
  listLotteryMarks,
  listRecentReplays,
  type ReplayRow,
} from "@barrage/db";
import { AppError, idSchema, type Role } from "@barrage/protocol";
import { z } from "zod";
import { createPageCursor } from "../../paging/page-cursor.ts";
import type { Visitor } from "../../room-access/room-access.ts";
import type { WatchGate } from "../../room-access/watch-gate.ts";
import { type ReplayMark, toReplayMarks } from "./replay-marks.ts";
import { type OwnReplayView, type ReplayView, toReplayView } from "./replay-view.ts";

/** A session of a room. */
export interface SessionKey {
  readonly room: string;
  readonly session: string;
}

/** How much was said when. */
export interface ReplayHeat {
  /** How long each part is; the first begins with the session. */
  readonly bucketMs: number;
  /** Danmaku of each part, deleted ones left out. */
  readonly counts: readonly number[];
}

/** A page of sessions. */
export interface ReplayPage {
  readonly items: readonly ReplayView[];
  /** Where the list goes on; null at its end. */
  readonly nextCursor: string | null;
}

/** What is known about sessions that can be seen again. Who may watch a room may know it of the room's sessions. */
export interface ReplayService {
  /** Public rooms' sessions that ended last. @throws AppError `cursor_malformed` */
  recent(page: { readonly cursor?: string | undefined; readonly limit: number }): Promise<ReplayPage>;
  /** @throws AppError `session_not_found`, and what {@link WatchGate} throws */
  get(key: SessionKey, visitor: Visitor): Promise<OwnReplayView>;
  /** At most `buckets` parts. @throws as `get` */
  heat(key: SessionKey & { readonly buckets: number }, visitor: Visitor): Promise<ReplayHeat>;
  /** Its lotteries, and of each part of it the dearest gift. @throws as `get` */
  marks(key: SessionKey, visitor: Visitor): Promise<{ readonly items: readonly ReplayMark[] }>;
}

interface ReplayServiceDeps {
  readonly database: Database;
  readonly gate: WatchGate;
}

const recentCursor = createPageCursor(z.strictObject({ endedAtMicros: z.int().nonnegative(), id: idSchema }));

/** Shorter parts would make a curve of noise. */
const bucketMsMin = 1_000;
const giftMarksMax = 60;
const lotteryMarksMax = 50;

/** Cuts a session into at most `buckets` parts of the same length. */
function divide({ id, startedAt, durationMs }: ReplayRow, partsMax: number): HeatQuery {
  const bucketMs = Math.max(bucketMsMin, Math.ceil(durationMs / partsMax));
  return { sessionId: id, startedAt, bucketMs };
}

/** A part of the session for each, with what came early or late in the first or the last. */
function fill(
  found: readonly { readonly bucket: number; readonly count: number }[],
  length: number,
): number[] {
  const counts = Array.from({ length }, () => 0);
  for (const { bucket, count } of found) {
    const place = Math.min(length - 1, Math.max(0, bucket));
    counts[place] = (counts[place] ?? 0) + count;
  }
  return counts;
}

/** Makes the service. */
export function createReplayService({ database, gate }: ReplayServiceDeps): ReplayService {
  const { orm } = database;

  async function enter(
    { room, session }: SessionKey,
    visitor: Visitor,
  ): Promise<{ readonly row: ReplayRow; readonly role: Role | null }> {
    const { role } = await gate.enter(room, visitor);
    const row = await findReplay(orm, { id: session, roomId: room });
    if (row === undefined) throw new AppError("session_not_found");
    return { row, role };
  }

  return {
    async recent({ cursor, limit }) {
      const after = cursor === undefined ? undefined : recentCursor.read(cursor);
      const found = await listRecentReplays(orm, { after, limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(toReplayView),
        nextCursor: last === undefined ? null : recentCursor.write(last.position),
      };
    },

    async get(key, visitor) {
      const { row, role } = await enter(key, visitor);
      return { ...toReplayView(row), viewerRole: role };
    },

    async heat({ buckets, ...key }, visitor) {
      const { row } = await enter(key, visitor);
      const query = divide(row, buckets);
      const length = Math.max(1, Math.ceil(row.durationMs / query.bucketMs));
      return { bucketMs: query.bucketMs, counts: fill(await countDanmakuByTime(orm, query), length) };
    },

    async marks(key, visitor) {
      const { row } = await enter(key, visitor);
      const [gifts, lotteries] = await Promise.all([
        listGiftMarks(orm, divide(row, giftMarksMax)),
        listLotteryMarks(orm, { roomId: key.room, id: row.id, limit: lotteryMarksMax }),
      ]);
      const { durationMs } = row;
      return {
        items: toReplayMarks({ startedAtMs: row.startedAt.getTime(), durationMs, gifts, lotteries }),
      };
    },
  };
}
