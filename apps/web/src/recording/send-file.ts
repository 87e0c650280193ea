import type { UploadView } from "../lib/app-router.ts";
import { putPart, untilItWorks } from "./put-part.ts";
import type { RecordingApi } from "./recording-api.ts";

interface FileToSend {
  readonly view: UploadView;
  readonly file: Blob;
  readonly signal: AbortSignal;
}

/** How sending goes; what did not change is left out. */
interface SendProgress {
  readonly uploadedBytes?: number;
  readonly struggling?: boolean;
}

/**
 * Uploads the parts of a file that are not there yet, and completes it.
 * @throws the api's error when trying again can't help, or when aborted: what is there stays
 */
export async function sendFile(
  api: RecordingApi,
  { view, file, signal }: FileToSend,
  onProgress: (progress: SendProgress) => void,
): Promise<void> {
  const { id } = view.recording;
  const onStruggle = (struggling: boolean) => onProgress({ struggling });
  const deps = { ...api, urlOf: api.urlOf(id), onStruggle };
  const there = new Set(view.parts.map(({ number }) => number));
  let uploadedBytes = view.parts.reduce((sum, part) => sum + part.bytes, 0);
  onProgress({ uploadedBytes });
  const parts = Math.ceil(file.size / view.partBytes);
  for (let number = 1; number <= parts; number += 1) {
    if (there.has(number)) continue;
    const body = file.slice((number - 1) * view.partBytes, number * view.partBytes);
    await putPart(deps, { number, body }, signal);
    uploadedBytes += body.size;
    onProgress({ uploadedBytes });
  }
  await untilItWorks(() => api.complete(id, { parts, bytes: file.size }), deps, signal);
}
