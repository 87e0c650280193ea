import { z } from "zod";
import { isId } from "./id.ts";

/**
 * The name of a cover: 32 hexadecimal digits of a hash over its content and a secret salt. What it once named it names
 * for ever, and nobody finds it by guessing.
 */
export const coverNameSchema = z.string().regex(/^[0-9a-f]{32}$/, "must be 32 hexadecimal digits");

/** The widths that each cover is kept in, in pixels. All are 16:9, and none is larger than what was uploaded. */
export const coverWidths = [320, 640, 1_280] as const;

/** One of {@link coverWidths}. */
export type CoverWidth = (typeof coverWidths)[number];

/** One picture of a room's cover. */
export interface CoverPicture {
  readonly room: string;
  /** As in {@link coverNameSchema}. */
  readonly cover: string;
  readonly width: CoverWidth;
}

/** Where the api serves a picture of a cover, in WebP: to be put behind the api's address. */
export function coverPath({ room, cover, width }: CoverPicture): string {
  return `/covers/${room}/${cover}-${width}.webp`;
}

/** The picture that a path names; undefined when it is no path of {@link coverPath}. */
export function parseCoverPath(path: string): CoverPicture | undefined {
  const [, room = "", cover = "", widthText = ""] =
    /^\/covers\/([0-9a-z]+)\/([0-9a-f]{32})-(\d{1,4})\.webp$/.exec(path) ?? [];
  const width = coverWidths.find((known) => String(known) === widthText);
  return width === undefined || !isId(room) ? undefined : { room, cover, width };
}
