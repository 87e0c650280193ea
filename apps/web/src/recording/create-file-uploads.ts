import { type RecordingContentType, recordingBytesMax, recordingContentTypes } from "@barrage/domain";
import type { UploadView } from "../lib/app-router.ts";
import { createObservable } from "../lib/create-observable.ts";
import { describeError } from "../lib/describe-error.ts";
import type { RecordingApi } from "./recording-api.ts";
import type { RecordingPlace } from "./recording-run.ts";
import { sendFile } from "./send-file.ts";

/** A file on its way. */
export interface FileUpload {
  readonly id: string;
  readonly session: string;
  readonly uploadedBytes: number;
  readonly bytes: number;
  /** Nothing gets through at the moment; it is tried again. */
  readonly struggling: boolean;
}

/** How an upload ended; `problem` is in words for people. */
export type UploadEnd =
  | { readonly end: "uploaded" | "paused" }
  | { readonly end: "failed"; readonly problem: string };

/** The page's uploads of files. They go on while their host moves between pages of the app. */
export interface FileUploads {
  readonly get: () => readonly FileUpload[];
  readonly subscribe: (onChange: () => void) => () => void;
  start(place: RecordingPlace, file: File, offsetMs: number): Promise<UploadEnd>;
  /** Goes on with an upload of which parts are there already. */
  resume(id: string, file: File): Promise<UploadEnd>;
  /** Ends an upload, to be gone on with or deleted. */
  pause(id: string): void;
}

/** What is wrong with a file, in words for people. */
class FileError extends Error {
  override readonly name = "FileError";
}

/** @throws FileError when it can be seen from outside that the file is no recording */
function checkedType(file: File): RecordingContentType {
  const contentType = recordingContentTypes.find((type) => type === file.type);
  if (contentType === undefined) throw new FileError("Only WebM and MP4 videos can be uploaded.");
  if (file.size === 0) throw new FileError("The file is empty.");
  if (file.size > recordingBytesMax) throw new FileError("The file is larger than 20 GB.");
  return contentType;
}

async function endOf(work: () => Promise<void>): Promise<UploadEnd> {
  try {
    await work();
    return { end: "uploaded" };
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return { end: "paused" };
    const problem = error instanceof FileError ? error.message : describeError(error).text;
    return { end: "failed", problem };
  }
}

/** Makes them. `onChanged` is called when the session's recordings have changed. */
export function createFileUploads(api: RecordingApi, onChanged: () => void): FileUploads {
  const { get, set, subscribe } = createObservable<readonly FileUpload[]>([]);
  const aborts = new Map<string, AbortController>();
  const change = (id: string, more: Partial<FileUpload>) =>
    set(get().map((upload) => (upload.id === id ? Object.assign({}, upload, more) : upload)));

  async function send(view: UploadView, file: File): Promise<void> {
    const { id, session } = view.recording;
    const abort = new AbortController();
    aborts.set(id, abort);
    set([...get(), { id, session, uploadedBytes: 0, bytes: file.size, struggling: false }]);
    try {
      await sendFile(api, { view, file, signal: abort.signal }, (some) => change(id, some));
    } finally {
      aborts.delete(id);
      set(get().filter((upload) => upload.id !== id));
      onChanged();
    }
  }

  return {
    get,
    subscribe,
    start: (place, file, offsetMs) =>
      endOf(async () => {
        const contentType = checkedType(file);
        const view = await api.start({ ...place, contentType, file: { bytes: file.size, offsetMs } });
        onChanged();
        await send(view, file);
      }),
    resume: (id, file) =>
      endOf(async () => {
        const view = await api.upload(id);
        const isSame = view.recording.bytes === file.size && view.recording.contentType === file.type;
        if (!isSame) throw new FileError("This is another file than the one whose upload was begun.");
        await send(view, file);
      }),
    pause: (id) => aborts.get(id)?.abort(),
  };
}
