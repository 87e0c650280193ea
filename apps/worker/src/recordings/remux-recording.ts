import type { Media } from "@barrage/platform";
import { Conversion, type Input, Mp4OutputFormat, Output, StreamTarget, WebMOutputFormat } from "mediabunny";
import { createPartAssembler } from "./part-assembler.ts";

interface RemuxDeps {
  readonly media: Pick<Media, "uploads">;
  /** Gives up. */
  readonly signal: AbortSignal;
}

interface RemuxTarget {
  readonly key: string;
  readonly contentType: string;
}

// The first part has the header, which is mended at the end; a cluster's length is mended when the next one begins.
const assembling = { partBytes: 16 * 1_024 ** 2, slackBytes: 16 * 1_024 ** 2 };

/**
 * Writes a recording anew with its duration and an index to seek by, as a browser that records can't: the same packets in
 * the same order, nothing encoded. Reads and writes the store only, holding pieces of it, whatever the length.
 * @returns false when the media can't be read to its end
 * @throws what the store throws; nothing is left of the upload then
 */
export async function remuxRecording(
  { media, signal }: RemuxDeps,
  input: Input,
  { key, contentType }: RemuxTarget,
): Promise<boolean> {
  // What a worker that was killed had begun: nothing else would ever end it, and its parts are paid for.
  for (const left of await media.uploads.list(key)) await media.uploads.abort(left);
  const upload = await media.uploads.begin(key, contentType);
  let storeFault: unknown;
  try {
    const assembler = createPartAssembler(media.uploads, upload, assembling);
    const stream = new WritableStream<{ readonly position: number; readonly data: Uint8Array }>({
      async write({ position, data }) {
        try {
          await assembler.write(position, data);
        } catch (error) {
          storeFault = error;
          throw error;
        }
      },
    });
    const format =
      contentType === "video/mp4" ? new Mp4OutputFormat({ fastStart: false }) : new WebMOutputFormat();
    const output = new Output({ format, target: new StreamTarget(stream) });
    if (!(await convert(input, output, signal))) {
      if (storeFault !== undefined) throw storeFault;
      await media.uploads.abort(upload);
      return false;
    }
    const completion = await media.uploads.complete(upload, await assembler.finish());
    if (completion !== "completed") throw new Error(`the store did not complete the upload: ${completion}`);
    return true;
  } catch (error) {
    await media.uploads.abort(upload).catch(() => {});
    throw error;
  }
}

async function convert(input: Input, output: Output, signal: AbortSignal): Promise<boolean> {
  try {
    const conversion = await Conversion.init({ input, output, tracks: "primary", showWarnings: false });
    if (!conversion.isValid) return false;
    const cancel = () => void conversion.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      await conversion.execute();
    } finally {
      signal.removeEventListener("abort", cancel);
    }
    return true;
  } catch {
    // Whether the media was at fault, or the store behind it, is the callers' to say: they have seen the store's errors.
    signal.throwIfAborted();
    return false;
  }
}
