import type { PartSize, RecordingContentType, UploadTotal } from "@barrage/domain";
import type { TRPCClient } from "@trpc/client";
import type { AppRouter, UploadView } from "../lib/app-router.ts";

/** What recording and uploading need of the api and the object store. */
export interface RecordingApi {
  start(draft: {
    readonly room: string;
    readonly session: string;
    readonly contentType: RecordingContentType;
    /** A file's length and its place in the session. */
    readonly file?: { readonly bytes: number; readonly offsetMs: number };
    /** Asked just before the call. */
    readonly startedAgoMs?: () => number;
  }): Promise<UploadView>;
  upload(id: string): Promise<UploadView>;
  readonly urlOf: (id: string) => (part: PartSize) => Promise<string>;
  complete(id: string, total: UploadTotal): Promise<unknown>;
  abort(id: string): Promise<unknown>;
  /** @throws when the store did not take it */
  put(url: string, body: Blob, signal: AbortSignal): Promise<void>;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The slowest connection that can record: 5 MiB in two minutes. */
const putMs = 120_000;

/** The real ones. */
export function createRecordingApi(client: TRPCClient<AppRouter>): RecordingApi {
  const { media } = client;
  return {
    start({ room, session, contentType, file, startedAgoMs }) {
      const place = { room, session, contentType };
      return media.startRecording.mutate(
        file === undefined ? { ...place, startedAgoMs: startedAgoMs?.() ?? 0 } : { ...place, ...file },
      );
    },
    upload: (id) => media.upload.query({ id }),
    urlOf: (id) => async (part) => {
      const { urls } = await media.partUrls.mutate({ id, parts: [part] });
      const [first] = urls;
      if (first === undefined) throw new Error("no address for the part");
      return first.url;
    },
    complete: (id, total) => media.completeRecording.mutate({ id, ...total }),
    abort: (id) => media.abortRecording.mutate({ id }),
    async put(url, body, signal) {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(putMs)]);
      const response = await fetch(url, { method: "PUT", body, signal: deadline });
      if (!response.ok) throw new Error(`the object store answered ${response.status}`);
    },
    async sleep(ms, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      const wake = () => resolve();
      signal.addEventListener("abort", wake, { once: true });
      // Back online: no reason to wait any longer.
      addEventListener("online", wake, { once: true });
      await promise;
      clearTimeout(timer);
      signal.removeEventListener("abort", wake);
      removeEventListener("online", wake);
    },
  };
}
