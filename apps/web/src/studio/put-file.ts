/** Where a file is to be put, and with which headers. */
export interface PutTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface PutOptions {
  readonly signal: AbortSignal;
  /** The share that has left this browser, from 0 to 1. */
  readonly onProgress: (share: number) => void;
}

/** How a file failed to arrive. `refused`: the store does not take it, or the URL's time is over. */
export class PutError extends Error {
  readonly kind: "refused" | "unreachable";
  constructor(kind: "refused" | "unreachable") {
    super(kind);
    this.name = "PutError";
    this.kind = kind;
  }
}

/** As long as the URL lives. */
const deadlineMs = 10 * 60_000;

/**
 * Puts a file to a signed URL. By XMLHttpRequest: `fetch` tells nothing of how far an upload has come.
 * @throws PutError; the signal's reason when it aborts
 */
export function putFile(file: Blob, { url, headers }: PutTarget, options: PutOptions): Promise<void> {
  const { signal, onProgress } = options;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const settle = (act: () => void) => () => {
      signal.removeEventListener("abort", abort);
      act();
    };
    const fail = (kind: PutError["kind"]) => settle(() => reject(new PutError(kind)));
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.timeout = deadlineMs;
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
    request.addEventListener("error", fail("unreachable"));
    request.addEventListener("timeout", fail("unreachable"));
    request.addEventListener(
      "abort",
      settle(() => reject(signal.reason)),
    );
    request.addEventListener("load", () => {
      const { status } = request;
      if (status >= 200 && status < 300) settle(resolve)();
      else fail(status >= 500 ? "unreachable" : "refused")();
    });
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    else request.send(file);
  });
}
