import {
  type CoverType,
  coverBytesMax,
  coverFaultTexts,
  pictureHeadBytes,
  pictureTypeOf,
} from "@barrage/domain";

/** What a chosen file is, or why it can't become a cover. */
export type CoverFileCheck = { readonly type: CoverType } | { readonly fault: string };

/**
 * Looks at a file before anything is sent, by the same rules as the server's. Its name and what the browser makes of
 * it are not asked: a picture with the wrong ending is what it is.
 */
export async function checkCoverFile(file: Blob): Promise<CoverFileCheck> {
  if (file.size > coverBytesMax) {
    return {
      fault: `This picture has ${megabytes(file.size)} MB; up to ${megabytes(coverBytesMax)} MB fit.`,
    };
  }
  const head = new Uint8Array(await file.slice(0, pictureHeadBytes).arrayBuffer());
  const type = pictureTypeOf(head);
  return type === undefined ? { fault: coverFaultTexts.not_a_picture } : { type };
}

function megabytes(bytes: number): string {
  const value = bytes / 1_024 ** 2;
  // Never "5 MB; up to 5 MB fit" for a file that is a little too large.
  return (Math.ceil(value * 10) / 10).toLocaleString("en", { maximumFractionDigits: 1 });
}
