import type { UploadTotal } from "@barrage/domain";

/** How an upload stands. */
export interface UploadProgress {
  readonly uploadedBytes: number;
  /** Recorded, and still in the browser. */
  readonly waitingBytes: number;
}

/** Uploads what is being recorded, part by part, while it is recorded. */
export interface LiveUpload {
  /** Takes what was recorded. @returns false when too much waits: nothing more should come */
  add(data: Blob): boolean;
  /** Uploads the rest. @throws what putting a part throws */
  finish(): Promise<UploadTotal>;
  progress(): UploadProgress;
}

interface LiveUploadDeps {
  readonly partBytes: number;
  /** So much may wait in the browser. */
  readonly waitingBytesMax: number;
  readonly put: (part: { readonly number: number; readonly body: Blob }) => Promise<void>;
  readonly onChange: () => void;
  /** A part can't be put, and trying again does not help. */
  readonly onFailure: (error: unknown) => void;
}

/** Parts go one after the other, each of exactly `partBytes`, which is the least that stores take; the last one is what is left. */
export function createLiveUpload(deps: LiveUploadDeps): LiveUpload {
  const { partBytes, onChange } = deps;
  let waiting = new Blob([]);
  let uploadedBytes = 0;
  let parts = 0;
  let isEnding = false;
  let running: Promise<void> | undefined;

  const next = () => (waiting.size >= partBytes || isEnding ? waiting.slice(0, partBytes) : new Blob([]));

  async function run(): Promise<void> {
    for (let body = next(); body.size > 0; body = next()) {
      await deps.put({ number: parts + 1, body });
      parts += 1;
      uploadedBytes += body.size;
      // What came in the meantime stands behind it.
      waiting = waiting.slice(body.size);
      onChange();
    }
  }
  function pump(): Promise<void> {
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    add(data) {
      waiting = new Blob([waiting, data]);
      pump().catch(deps.onFailure);
      onChange();
      return waiting.size < deps.waitingBytesMax;
    },
    async finish() {
      isEnding = true;
      await pump();
      // The run may have looked for the last time just before the end was known.
      await pump();
      return { parts, bytes: uploadedBytes };
    },
    progress: () => ({ uploadedBytes, waitingBytes: waiting.size }),
  };
}
