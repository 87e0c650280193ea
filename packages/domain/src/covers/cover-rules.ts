import { z } from "zod";

/** The kinds of pictures that may become a cover, by their media types. */
export const coverTypeSchema = z.enum(["image/jpeg", "image/png", "image/webp", "image/avif"]);

/** A kind of picture that may become a cover. */
export type CoverType = z.infer<typeof coverTypeSchema>;

/** An uploaded picture has at most so many bytes: 5 MB. */
export const coverBytesMax = 5 * 1_024 * 1_024;

/**
 * An uploaded picture has at most so many pixels, so that few bytes can't become gigabytes: those of a 24-megapixel
 * camera. The worst that we found to fit in, AVIF with transparency, takes 700 MB to decode.
 */
export const coverPixelsMax = 25_000_000;

/** An uploaded picture is at least so large, in pixels: the smallest size that a cover is kept in. */
export const coverSizeMin = { width: 320, height: 180 } as const;

/** What a host says of a picture before it is uploaded. */
export const newCoverSchema = z.object({
  type: coverTypeSchema,
  bytes: z.int().min(1).max(coverBytesMax, `must be at most ${coverBytesMax} (5 MB)`),
});

/** Why an uploaded picture did not become a cover. */
export const coverFaultSchema = z.enum([
  "upload_missing",
  "length_differs",
  "not_a_picture",
  "type_differs",
  "unreadable",
  "too_small",
  "too_many_pixels",
  "too_heavy",
]);

/** Why an uploaded picture did not become a cover. */
export type CoverFault = z.infer<typeof coverFaultSchema>;

/** The same, for people. */
export const coverFaultTexts: Readonly<Record<CoverFault, string>> = {
  upload_missing: "The upload was never finished. Please try again.",
  length_differs: "The file is not as long as was said before the upload. Please try again.",
  not_a_picture: "This is not a JPEG, PNG, WebP or AVIF picture, whatever its name says.",
  type_differs: "The file holds another kind of picture than its name says.",
  unreadable: "The picture can't be read: the file is damaged or not whole.",
  too_small: `The picture is too small: it needs at least ${coverSizeMin.width} × ${coverSizeMin.height} pixels.`,
  too_many_pixels: `The picture has too many pixels: at most ${coverPixelsMax / 1_000_000} million.`,
  too_heavy: "The picture takes too much time or memory to open. Please try a simpler one.",
};

/** How long to wait after the nth attempt that our side could not finish (the object store was down), in milliseconds. */
export function coverRetryMs(attempts: number): number {
  return Math.min(60_000, 1_000 * 2 ** Math.min(attempts - 1, 10));
}
