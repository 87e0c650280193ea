import type { UploadView } from "../lib/app-router.ts";
import { createLiveUpload, type LiveUpload, type UploadProgress } from "./live-upload.ts";
import {
  type Capture,
  CaptureError,
  type CaptureSource,
  openCapture,
  recordingMimeType,
} from "./open-capture.ts";
import { putPart, untilItWorks } from "./put-part.ts";
import type { RecordingApi } from "./recording-api.ts";

/** Where something is recorded. */
export interface RecordingPlace {
  readonly room: string;
  readonly session: string;
}

/** What a run tells while it goes. */
export interface RunEvents {
  readonly onProgress: (progress: UploadProgress) => void;
  readonly onStruggle: (struggling: boolean) => void;
  /** Nothing more comes, or nothing more should: the run is to be finished. */
  readonly onEnd: (why: "source_ended" | "too_slow" | "broken") => void;
  /** A part can't be uploaded, and trying again does not help. */
  readonly onFailure: (error: unknown) => void;
}

/** One recording, from its first byte to its last. Whoever begins it finishes or discards it. */
export interface RecordingRun {
  readonly id: string;
  readonly stream: MediaStream;
  /** By this browser's clock. */
  readonly startedAtMs: number;
  /** Ends the recording and uploads the rest. @throws what can't be helped by trying again, or when discarded */
  finish(): Promise<void>;
  /** Gives up: what was recorded is thrown away. */
  discard(): Promise<void>;
}

/** Small pieces: at most this much is lost when the page dies, besides what is on its way. */
const pieceMs = 1_000;
const videoBitsPerSecond = 2_500_000;
/** Some thirteen minutes at that rate. */
const waitingBytesMax = 256 * 1_024 ** 2;
const unsupported =
  "This browser can't record. A current Chrome, Edge, Firefox or Safari can; a file can be uploaded from any.";

/**
 * Asks for the source and begins to record it.
 * @throws CaptureError, or what the api says; nothing is left open then
 */
export async function beginRun(
  api: RecordingApi,
  what: { readonly place: RecordingPlace; readonly source: CaptureSource },
  events: RunEvents,
): Promise<RecordingRun> {
  const mimeType = recordingMimeType();
  if (mimeType === undefined) throw new CaptureError(unsupported);
  const capture = await openCapture(what.source);
  try {
    const recorder = new MediaRecorder(capture.stream, { mimeType, videoBitsPerSecond });
    const early: Blob[] = [];
    let take = (data: Blob): void => void early.push(data);
    recorder.addEventListener("dataavailable", ({ data }) => take(data));
    recorder.addEventListener("error", () => events.onEnd("broken"));
    recorder.start(pieceMs);
    const begunMs = performance.now();
    const view = await api.start({
      ...what.place,
      contentType: mimeType.startsWith("video/mp4") ? "video/mp4" : "video/webm",
      startedAgoMs: () => Math.round(performance.now() - begunMs),
    });
    const abort = new AbortController();
    const upload = uploadOf({ api, view, abort }, events);
    take = (data) => {
      if (!upload.add(data)) events.onEnd("too_slow");
    };
    for (const data of early) take(data);
    // The browser's own "stop sharing", or a camera that was pulled out.
    for (const track of capture.stream.getVideoTracks()) {
      track.addEventListener("ended", () => events.onEnd("source_ended"), { once: true });
    }
    const startedAtMs = Date.now() - (performance.now() - begunMs);
    return runOf({ api, view, abort, capture, recorder, upload }, { startedAtMs, events });
  } catch (error) {
    capture.close();
    throw error;
  }
}

interface UploadParts {
  readonly api: RecordingApi;
  readonly view: UploadView;
  readonly abort: AbortController;
}

function uploadOf({ api, view, abort }: UploadParts, events: RunEvents): LiveUpload {
  const deps = { ...api, urlOf: api.urlOf(view.recording.id), onStruggle: events.onStruggle };
  const upload: LiveUpload = createLiveUpload({
    partBytes: view.partBytes,
    waitingBytesMax,
    put: (part) => putPart(deps, part, abort.signal),
    onChange: () => events.onProgress(upload.progress()),
    onFailure: (error) => {
      if (!abort.signal.aborted) events.onFailure(error);
    },
  });
  return upload;
}

interface RunParts extends UploadParts {
  readonly capture: Capture;
  readonly recorder: MediaRecorder;
  readonly upload: LiveUpload;
}

function runOf(
  { api, view, abort, capture, recorder, upload }: RunParts,
  { startedAtMs, events }: { readonly startedAtMs: number; readonly events: RunEvents },
): RecordingRun {
  const { id } = view.recording;
  return {
    id,
    stream: capture.stream,
    startedAtMs,
    async finish() {
      await stopped(recorder);
      capture.close();
      const total = await upload.finish();
      const last = () => (total.parts === 0 ? api.abort(id) : api.complete(id, total));
      await untilItWorks(last, { ...api, onStruggle: events.onStruggle }, abort.signal);
    },
    async discard() {
      abort.abort();
      await stopped(recorder);
      capture.close();
      // One that can't be given up now is forgotten within a day.
      await api.abort(id).catch(() => {});
    },
  };
}

/** Resolves when the last piece has come. */
async function stopped(recorder: MediaRecorder): Promise<void> {
  if (recorder.state === "inactive") return;
  const { promise, resolve } = Promise.withResolvers<void>();
  recorder.addEventListener("stop", () => resolve(), { once: true });
  recorder.stop();
  await promise;
}
