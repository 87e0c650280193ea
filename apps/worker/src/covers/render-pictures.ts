import {
  type CoverFault,
  type CoverType,
  coverPixelsMax,
  coverSizeMin,
  pictureHeadBytes,
  pictureTypeOf,
} from "@barrage/domain";
import { type CoverWidth, coverWidths } from "@barrage/protocol";
import sharp from "sharp";

/** A picture of a cover, in WebP. */
export interface RenderedPicture {
  readonly width: CoverWidth;
  readonly webp: Uint8Array;
}

/** Pictures of every width, the smallest first; or why there are none. */
export type Rendering = { readonly pictures: readonly RenderedPicture[] } | { readonly fault: CoverFault };

const quality = 80;
/** What shows through transparent parts. */
const background = "#15141c";
/** As libvips names what is read: the loaders of our four kinds. */
const loaders = [
  "VipsForeignLoadJpegBuffer",
  "VipsForeignLoadPngBuffer",
  "VipsForeignLoadWebpBuffer",
  "VipsForeignLoadHeifBuffer",
];

/**
 * Makes a cover's pictures of an uploaded file: turned upright, cut to 16:9 around its middle, in sRGB, and without
 * anything but pixels: EXIF (places!), XMP, IPTC and colour profiles stay behind. Of an animation the first frame is
 * taken and no other is decoded. The file is a stranger's, so this runs in a process of its own: `cover-program.ts`.
 */
export async function renderPictures(file: Uint8Array, type: CoverType): Promise<Rendering> {
  const found = pictureTypeOf(file.subarray(0, pictureHeadBytes));
  if (found === undefined) return { fault: "not_a_picture" };
  if (found !== type) return { fault: "type_differs" };
  limitLibrary();
  try {
    return await render(file);
  } catch {
    // The library's message speaks of its inside; a file that it can't read to the end is damaged, whatever the damage.
    return { fault: "unreadable" };
  }
}

async function render(file: Uint8Array): Promise<Rendering> {
  // From the header alone: nothing is decoded before its size is known.
  const { autoOrient, width, height } = await sharp(file, { limitInputPixels: false }).metadata();
  if (width * height > coverPixelsMax) return { fault: "too_many_pixels" };
  if (autoOrient.width < coverSizeMin.width || autoOrient.height < coverSizeMin.height) {
    return { fault: "too_small" };
  }
  const largest = await cut(file, Math.min(autoOrient.width, Math.floor((autoOrient.height * 16) / 9)));
  const pictures: RenderedPicture[] = [];
  for (const wanted of coverWidths) {
    const size = sizeOf(Math.min(wanted, largest.raw.width));
    const webp = await sharp(largest.pixels, { raw: largest.raw }).resize(size).webp({ quality }).toBuffer();
    pictures.push({ width: wanted, webp });
  }
  return { pictures };
}

/** The largest 16:9 part of a picture, not wider than any cover is: decoded once, for all sizes. */
async function cut(file: Uint8Array, widthMax: number) {
  const size = sizeOf(Math.min(widthMax, Math.max(...coverWidths)));
  const { data, info } = await sharp(file, { limitInputPixels: coverPixelsMax, failOn: "error" })
    .autoOrient()
    .resize({ ...size, fit: "cover", position: "centre" })
    .flatten({ background })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { pixels: data, raw: { width, height, channels } };
}

function sizeOf(width: number) {
  return { width, height: Math.round((width * 9) / 16) };
}

/** One picture at a time, by one thread, and no other format: whatever else the library reads stays shut. */
function limitLibrary(): void {
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: loaders });
}
