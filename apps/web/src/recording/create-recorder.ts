import { createObservable } from "../lib/create-observable.ts";
import { describeError } from "../lib/describe-error.ts";
import type { UploadProgress } from "./live-upload.ts";
import { CaptureError, type CaptureSource } from "./open-capture.ts";
import type { RecordingApi } from "./recording-api.ts";
import { beginRun, type RecordingPlace, type RecordingRun, type RunEvents } from "./recording-run.ts";

/** What the recorder does now. */
export interface RecorderState extends UploadProgress {
  readonly phase: "idle" | "opening" | "recording" | "finishing";
  readonly session: string | undefined;
  /** What is being recorded or uploaded. */
  readonly recording: string | undefined;
  /** To be shown, muted. */
  readonly stream: MediaStream | undefined;
  /** By this browser's clock. */
  readonly startedAtMs: number | undefined;
  /** Nothing gets through at the moment; it is tried again. */
  readonly struggling: boolean;
  /** Why the last recording ended or did not begin, in words for people. */
  readonly problem: string | undefined;
}

/** The page's one recorder: it goes on while its host moves between pages of the app. */
export interface Recorder {
  readonly get: () => RecorderState;
  readonly subscribe: (onChange: () => void) => () => void;
  /** Asks for the source and records it. Problems become part of the state. */
  start(place: RecordingPlace, source: CaptureSource): Promise<void>;
  /** Ends the recording and uploads what is left. Nothing happens when nothing is recorded. */
  stop(): Promise<void>;
  /** Gives up, at whatever point: what was recorded is thrown away. */
  discard(): Promise<void>;
}

const idle: RecorderState = {
  phase: "idle",
  session: undefined,
  recording: undefined,
  stream: undefined,
  startedAtMs: undefined,
  struggling: false,
  problem: undefined,
  uploadedBytes: 0,
  waitingBytes: 0,
};

const endings = {
  source_ended: undefined,
  too_slow: "The connection was away for too long: the recording ended. What was recorded is being uploaded.",
  broken: "The browser stopped recording. What was recorded until then is being uploaded.",
} as const;

const wordsFor = (error: unknown) =>
  error instanceof CaptureError ? error.message : describeError(error).text;

const refuseToLeave = (event: BeforeUnloadEvent) => event.preventDefault();

function eventsOf(deps: {
  readonly get: () => RecorderState;
  readonly change: (some: Partial<RecorderState>) => void;
  readonly finish: (problem?: string) => Promise<void>;
  readonly fail: (error: unknown) => void;
}): RunEvents {
  return {
    onProgress: deps.change,
    onStruggle(struggling) {
      if (deps.get().struggling !== struggling) deps.change({ struggling });
    },
    onEnd: (why) => void deps.finish(endings[why]),
    onFailure: deps.fail,
  };
}

/** The state, and the page's guard against being closed while there is something to lose. */
function createState() {
  const { get, set, subscribe } = createObservable(idle);
  const change = (some: Partial<RecorderState>) => set({ ...get(), ...some });
  return {
    get,
    subscribe,
    change,
    recording({ id, stream, startedAtMs }: RecordingRun) {
      addEventListener("beforeunload", refuseToLeave);
      change({ phase: "recording", recording: id, stream, startedAtMs });
    },
    reset(some: Partial<RecorderState>) {
      removeEventListener("beforeunload", refuseToLeave);
      set({ ...idle, ...some });
    },
  };
}

/** Makes the recorder. `onChanged` is called when the session's recordings have changed. */
export function createRecorder(api: RecordingApi, onChanged: () => void): Recorder {
  const { get, subscribe, change, ...state } = createState();
  let run: RecordingRun | undefined;

  function end(problem?: string): void {
    run = undefined;
    state.reset({ problem });
    onChanged();
  }
  async function finish(problem?: string): Promise<void> {
    const finishing = run;
    if (finishing === undefined || get().phase !== "recording") return;
    change({ phase: "finishing", problem, stream: undefined });
    const ended = await finishing.finish().then(() => problem, wordsFor);
    if (run === finishing) end(ended);
  }
  function fail(error: unknown): void {
    const failed = run;
    end(wordsFor(error));
    void failed?.discard();
  }
  const events = eventsOf({ get, change, finish, fail });

  return {
    get,
    subscribe,
    async start(place, source) {
      if (get().phase !== "idle") return;
      state.reset({ phase: "opening", session: place.session });
      try {
        run = await beginRun(api, { place, source }, events);
        state.recording(run);
        onChanged();
        // It ended while the api was asked.
        if (!run.stream.active) await finish();
      } catch (error) {
        end(wordsFor(error));
      }
    },
    stop: () => finish(),
    async discard() {
      const discarded = run;
      if (discarded === undefined) return;
      // From here on it is nobody's: that its end now fails is what was asked for, and no problem to tell.
      run = undefined;
      await discarded.discard();
      end();
    },
  };
}
