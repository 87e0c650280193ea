import type { CoverType } from "./cover-rules.ts";

/** So many of a file's first bytes tell what it is. */
export const pictureHeadBytes = 64;

const avifBrands = new Set(["avif", "avis"]);

/**
 * What kind of picture a file is by its first bytes, whatever its name says; undefined: none that we take. By the
 * signatures in the PNG, WebP and JPEG (JFIF) specifications and ISO/IEC 14496-12's `ftyp` box with AVIF's brands.
 */
export function pictureTypeOf(head: Uint8Array): CoverType | undefined {
  if (startsWith(head, 0, "\u00ff\u00d8\u00ff")) return "image/jpeg";
  if (startsWith(head, 0, "\u0089PNG\r\n\u001a\n")) return "image/png";
  if (startsWith(head, 0, "RIFF") && startsWith(head, 8, "WEBP")) return "image/webp";
  if (startsWith(head, 4, "ftyp") && hasAvifBrand(head)) return "image/avif";
  return undefined;
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  return latin1(bytes, at, at + text.length) === text;
}

/** The major brand, then from byte 16 the compatible ones, up to the box's end. */
function hasAvifBrand(head: Uint8Array): boolean {
  const boxBytes = head.length < 8 ? 0 : new DataView(head.buffer, head.byteOffset).getUint32(0);
  const end = Math.min(boxBytes, head.length, pictureHeadBytes);
  if (avifBrands.has(latin1(head, 8, 12))) return true;
  for (let at = 16; at + 4 <= end; at += 4) {
    if (avifBrands.has(latin1(head, at, at + 4))) return true;
  }
  return false;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
