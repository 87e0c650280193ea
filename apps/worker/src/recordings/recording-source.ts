import type { BlobStore } from "@barrage/platform";
import { CustomSource, Input, MP4, WEBM } from "mediabunny";

/** A recording in the store, opened as media. Whoever opens it disposes of it. */
export interface RecordingSource extends Disposable {
  readonly input: Input;
  /** What went wrong with the store, if anything: then nothing that the reader said means the media is at fault. */
  fault(): unknown;
}

const cacheBytesMax = 16 * 1_024 ** 2;

/** Opens an object, by ranges: it may be far larger than memory. */
export function openRecordingSource(
  blobs: Pick<BlobStore, "get">,
  object: { readonly key: string; readonly bytes: number },
): RecordingSource {
  let fault: unknown;
  const source = new CustomSource({
    getSize: () => object.bytes,
    async read(start, end) {
      try {
        const bytes = await blobs.get(object.key, { start, end });
        if (bytes === undefined) throw new Error("the object is gone");
        return bytes;
      } catch (error) {
        fault = error;
        throw error;
      }
    },
    maxCacheSize: cacheBytesMax,
    prefetchProfile: "network",
    handleUnhandledError: (error) => {
      fault ??= error;
    },
  });
  const input = new Input({ formats: [WEBM, MP4], source });
  return { input, fault: () => fault, [Symbol.dispose]: () => input.dispose() };
}
