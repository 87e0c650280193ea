import {
  type Database,
  deleteCoverUpload,
  findCoverOfHost,
  isRoomKnownTo,
  markCoverUploaded,
  queueObjectRemovals,
  replaceCoverUpload,
  updateRoom,
} from "@barrage/db";
import { type CoverType, roomFaceOf } from "@barrage/domain";
import { coverPrefix, coverUploadKey, coverUploadPrefix, type Media } from "@barrage/platform";
import { AppError, type UserRef } from "@barrage/protocol";
import type { RoomChanges } from "../../room-access/room-changes.ts";
import { askStorage } from "../../storage.ts";
import { type CoverView, toCoverView } from "./cover-view.ts";

/** Where a file is to be put: a PUT of exactly these bytes with exactly these headers. */
export interface CoverUploadTicket {
  readonly upload: string;
  readonly url: string;
  readonly headers: { readonly "content-type": CoverType };
  /** The upload has failed when it is not finished by then. */
  readonly expiresAtMs: number;
}

/** Covers, as their hosts change them. Everything throws AppError `forbidden` or `room_not_found` for anybody else. */
export interface CoverService {
  /**
   * Begins an upload; the one before it, if any, counts no more. The cover that is shown stays until the new one is
   * ready. @throws AppError `rate_limited`, `storage_unavailable`
   */
  start(host: UserRef, file: { room: string; type: CoverType; bytes: number }): Promise<CoverUploadTicket>;
  /**
   * Hands a file that was put there to the worker. Saying it again changes nothing.
   * @throws AppError `upload_not_found` also for one that another took the place of, `upload_incomplete` while the
   * file is not there, `storage_unavailable`
   */
  finish(host: UserRef, upload: { room: string; upload: string }): Promise<CoverView>;
  get(host: UserRef, room: string): Promise<CoverView>;
  /** Removes the cover and whatever was uploaded for it; everybody who watches hears of it. */
  remove(host: UserRef, room: string): Promise<void>;
}

export interface CoverServiceDeps {
  readonly database: Database;
  readonly changes: RoomChanges;
  /** Undefined: there is no object store. */
  readonly media: Media | undefined;
  /** Counts an upload. @throws AppError `rate_limited` */
  readonly takeUpload: (userId: string) => Promise<void>;
  readonly newId: () => string;
  readonly now: () => number;
}

/** Long enough for 5 MB over a bad line. */
const uploadLifeMs = 10 * 60_000;

/** Makes the service. */
export function createCoverService(deps: CoverServiceDeps): CoverService {
  const { database, changes } = deps;
  const { orm } = database;

  async function find(host: UserRef, room: string) {
    const found = await findCoverOfHost(orm, { id: room, hostId: host.id });
    if (found !== undefined) return found;
    throw new AppError((await isRoomKnownTo(orm, room, host.id)) ? "forbidden" : "room_not_found");
  }

  return {
    async start(host, { room, type, bytes }) {
      await deps.takeUpload(host.id);
      const upload = deps.newId();
      const key = coverUploadKey(room, upload);
      // Signing asks nothing of the store, so it comes first: no upload is noted that nobody can make.
      const url = await askStorage(deps.media, ({ urls }) =>
        urls.uploadUrl(key, { contentType: type, bytes }, uploadLifeMs),
      );
      const expiresAtMs = deps.now() + uploadLifeMs;
      await changes.change({ roomId: room, user: host, as: "host" }, async (tx) => {
        const row = { roomId: room, id: upload, type, bytes, lifeMs: uploadLifeMs };
        const before = await replaceCoverUpload(tx, row);
        if (before !== undefined) await queueObjectRemovals(tx, [coverUploadPrefix(room, before)]);
        return { result: undefined, events: [] };
      });
      return { upload, url, headers: { "content-type": type }, expiresAtMs };
    },

    async finish(host, { room, upload }) {
      const found = await find(host, room);
      if (found.upload?.id !== upload) throw new AppError("upload_not_found");
      if (found.upload.state !== "pending") return toCoverView(found);
      const head = await askStorage(deps.media, ({ blobs }) => blobs.head(coverUploadKey(room, upload)));
      if (head === undefined) throw new AppError("upload_incomplete");
      await changes.change({ roomId: room, user: host, as: "host" }, async (tx) => {
        await markCoverUploaded(tx, { roomId: room, id: upload });
        return { result: undefined, events: [] };
      });
      return toCoverView(await find(host, room));
    },

    get: async (host, room) => toCoverView(await find(host, room)),

    remove: (host, room) =>
      changes.change({ roomId: room, user: host, as: "host" }, async (tx, locked) => {
        const upload = await deleteCoverUpload(tx, room);
        // Not all uploads of the room: removals come late, and by then the next one may be under way.
        if (upload !== undefined) await queueObjectRemovals(tx, [coverUploadPrefix(room, upload)]);
        if (locked.cover === null) return { result: undefined, events: [] };
        await updateRoom(tx, room, { cover: null });
        await queueObjectRemovals(tx, [coverPrefix(room, locked.cover)]);
        const face = roomFaceOf({ ...locked, cover: null });
        return { result: undefined, events: [{ type: "room.updated", data: { face } }] };
      }),
  };
}
