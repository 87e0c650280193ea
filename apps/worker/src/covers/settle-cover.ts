import { createHash } from "node:crypto";
import {
  type CoverUploadRow,
  type Database,
  lockRoomFace,
  type Orm,
  queueObjectRemovals,
  settleCoverUpload,
  updateRoom,
} from "@barrage/db";
import { type CoverFault, coverBytesMax, roomFaceOf } from "@barrage/domain";
import {
  type BlobStore,
  coverKey,
  coverPrefix,
  coverUploadKey,
  coverUploadPrefix,
  newId,
} from "@barrage/platform";
import { tell } from "../outbox/tell.ts";
import type { RenderedPicture } from "./render-pictures.ts";
import type { RenderCover } from "./run-cover-program.ts";

export interface SettleCoverDeps {
  readonly database: Database;
  readonly blobs: Pick<BlobStore, "get" | "put">;
  readonly render: RenderCover;
}

/**
 * Brings an upload to its end: the room has a new cover and everybody who watches hears of it, or it has failed for a
 * reason that the host sees. Whatever is interrupted is done again from its start and comes to the same: pictures are
 * stored under the same names, and the room, the upload, the event and the removal of what it replaces change in one
 * transaction, once.
 * @throws when the object store or Postgres can't be reached, or `signal` aborts: then the upload is as it was
 */
export async function settleCover(
  deps: SettleCoverDeps,
  upload: CoverUploadRow,
  signal: AbortSignal,
): Promise<void> {
  // It was due because its time is over.
  if (upload.state === "pending") return failCover(deps.database, upload, "upload_missing");
  const made = await makePictures(deps, upload, signal);
  if ("fault" in made) return failCover(deps.database, upload, made.fault);
  const { cover, pictures } = made;
  for (const { width, webp } of pictures) {
    signal.throwIfAborted();
    await deps.blobs.put(coverKey({ room: upload.roomId, cover, width }), webp, "image/webp");
  }
  await deps.database.transaction((orm) => showCover(orm, upload, cover));
}

async function makePictures(
  { blobs, render }: SettleCoverDeps,
  upload: CoverUploadRow,
  signal: AbortSignal,
): Promise<
  { readonly cover: string; readonly pictures: readonly RenderedPicture[] } | { readonly fault: CoverFault }
> {
  // One byte more than anything may have: a store that lets more pass than was signed costs no memory here.
  const file = await blobs.get(coverUploadKey(upload.roomId, upload.id), {
    start: 0,
    end: coverBytesMax + 1,
  });
  if (file === undefined) return { fault: "upload_missing" };
  if (file.length !== upload.bytes) return { fault: "length_differs" };
  const rendering = await render(file, upload.type, signal);
  return "fault" in rendering ? rendering : { ...rendering, cover: coverNameOf(upload.id, file) };
}

/**
 * Of the file, not of the pictures: another version of the encoder must not make a second name of the same upload. The
 * upload's id is a salt that only the host knows: who has the same picture still can't find out which rooms show it.
 */
function coverNameOf(uploadId: string, file: Uint8Array): string {
  return createHash("sha256").update(`${uploadId}\n`).update(file).digest("hex").slice(0, 32);
}

async function showCover(orm: Orm, upload: CoverUploadRow, cover: string): Promise<void> {
  const { roomId } = upload;
  const room = await lockRoomFace(orm, roomId);
  const settled = await settleCoverUpload(orm, upload, { state: "ready" });
  // The room was deleted, or its host removed this upload or began another: the pictures are nobody's.
  if (room === undefined || !settled) {
    if (room?.face.cover !== cover) await queueObjectRemovals(orm, [coverPrefix(roomId, cover)]);
    return;
  }
  await updateRoom(orm, roomId, { cover });
  const before = room.face.cover === null ? [] : [coverPrefix(roomId, room.face.cover)];
  await queueObjectRemovals(orm, [...before, coverUploadPrefix(roomId, upload.id)]);
  const event = { type: "room.updated", data: { face: roomFaceOf({ ...room.face, cover }) } } as const;
  await tell(orm, { messageId: newId(), room: roomId, at: room.now, event });
}

async function failCover(database: Database, upload: CoverUploadRow, fault: CoverFault): Promise<void> {
  await database.transaction(async (orm) => {
    if (!(await settleCoverUpload(orm, upload, { state: "failed", fault }))) return;
    await queueObjectRemovals(orm, [coverUploadPrefix(upload.roomId, upload.id)]);
  });
}
