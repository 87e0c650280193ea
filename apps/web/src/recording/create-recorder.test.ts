import { afterAll, beforeAll, expect, test } from "bun:test";
import { createRecorder } from "./create-recorder.ts";
import type { RecordingApi } from "./recording-api.ts";

/** A browser that shares its screen and records it, as far as the recorder asks. */
class Track extends EventTarget {
  stop() {}
}
class Stream {
  readonly active = true;
  readonly #tracks: readonly Track[];
  constructor(tracks: readonly Track[] = [new Track()]) {
    this.#tracks = tracks;
  }
  getTracks() {
    return this.#tracks;
  }
  getVideoTracks() {
    return this.#tracks;
  }
  getAudioTracks() {
    return [];
  }
}
class MediaRecorder extends EventTarget {
  static isTypeSupported = () => true;
  state = "inactive";
  start() {
    this.state = "recording";
  }
  stop() {
    this.state = "inactive";
    this.dispatchEvent(Object.assign(new Event("dataavailable"), { data: new Blob(["the rest"]) }));
    this.dispatchEvent(new Event("stop"));
  }
}
let mixersClosed = 0;
class AudioContext {
  #isClosed = false;
  createMediaStreamDestination = () => ({ stream: new Stream([]) });
  async close() {
    if (this.#isClosed) throw new DOMException("closed already", "InvalidStateError");
    this.#isClosed = true;
    mixersClosed += 1;
  }
}

const mediaDevices = {
  getDisplayMedia: async () => new Stream(),
  getUserMedia: () => Promise.reject(new DOMException("no microphone", "NotFoundError")),
};
beforeAll(() => {
  Object.assign(globalThis, { MediaRecorder, AudioContext, MediaStream: Stream });
  Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: mediaDevices });
});
afterAll(() => {
  for (const name of ["MediaRecorder", "AudioContext", "MediaStream"])
    Reflect.deleteProperty(globalThis, name);
  Reflect.deleteProperty(navigator, "mediaDevices");
});

test("a recording that is discarded while the rest is uploaded is thrown away without a complaint", async () => {
  const aborted: string[] = [];
  const putting = Promise.withResolvers<void>();
  const api: RecordingApi = {
    start: async ({ room, session, contentType }) => ({
      recording: {
        id: "recording0000001",
        room,
        session,
        contentType,
        state: "uploading",
        reason: null,
        delayed: false,
        offsetMs: 0,
        durationMs: null,
        bytes: null,
        createdAtMs: 1,
      },
      partBytes: 1_000,
      parts: [],
    }),
    upload: () => Promise.reject(new Error("not asked")),
    urlOf: () => async () => "https://store.example/part",
    // The store takes its time.
    put: (_url, _body, signal) => {
      putting.resolve();
      const { promise, reject } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => reject(signal.reason));
      return promise;
    },
    complete: () => Promise.reject(new Error("nothing is complete")),
    // Over the network: whatever fails at once is known before.
    abort: async (id) => {
      await new Promise((resolve) => setImmediate(resolve));
      aborted.push(id);
    },
    sleep: async () => {},
  };
  const recorder = createRecorder(api, () => {});
  await recorder.start({ room: "room000000000001", session: "session000000001" }, "screen");
  expect(recorder.get()).toMatchObject({ phase: "recording", problem: undefined });
  const stopped = recorder.stop();
  await putting.promise;
  expect(recorder.get().phase).toBe("finishing");

  await Promise.all([recorder.discard(), recorder.discard(), stopped]);
  expect(recorder.get()).toMatchObject({ phase: "idle", problem: undefined, recording: undefined });
  expect(aborted).toEqual(["recording0000001"]);
  expect(mixersClosed).toBe(1);
});
