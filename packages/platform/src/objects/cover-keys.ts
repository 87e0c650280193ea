import { type CoverPicture, coverNameSchema, coverPath, idSchema } from "@barrage/protocol";

// Where a room's cover is in the media bucket. Prefixes end where a key goes on, so that none is part of another's.

/** Everything of a room's covers that is shown. */
export function coversPrefix(room: string): string {
  return `covers/${idSchema.parse(room)}/`;
}

/** All pictures of one cover. */
export function coverPrefix(room: string, cover: string): string {
  return `${coversPrefix(room)}${coverNameSchema.parse(cover)}-`;
}

/** One picture: the path that it is served under. */
export function coverKey({ room, cover, width }: CoverPicture): string {
  return coverPath({ room: idSchema.parse(room), cover: coverNameSchema.parse(cover), width }).slice(1);
}

/** Everything that hosts of a room have uploaded to become a cover. */
export function coverUploadsPrefix(room: string): string {
  return `uploads/covers/${idSchema.parse(room)}/`;
}

/** What one upload brings. */
export function coverUploadPrefix(room: string, upload: string): string {
  return `${coverUploadsPrefix(room)}${idSchema.parse(upload)}/`;
}

/** The uploaded file. */
export function coverUploadKey(room: string, upload: string): string {
  return `${coverUploadPrefix(room, upload)}original`;
}
