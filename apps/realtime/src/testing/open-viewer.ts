import { waitFor } from "@barrage/testkit";
import type { Seen } from "./seen.ts";
import { type BlockSink, SseReader } from "./sse-reader.ts";
import { readWsText, type TextSink } from "./ws-frames.ts";

/** What notes what comes: of one room, or of several. */
export type ViewerSink = Seen | (BlockSink & TextSink & { fault: unknown });

/** A connection of a viewer, over the client that the platform has. */
export interface OpenViewer<Sink extends ViewerSink> extends AsyncDisposable {
  readonly seen: Sink;
  /** How it ended: a WebSocket's close code, or 0 for a stream that ended; undefined while it is open. */
  readonly ended: () => number | undefined;
  readonly close: () => Promise<void>;
}

interface ViewerTarget<Sink extends ViewerSink> {
  readonly address: string;
  readonly seen: Sink;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Opens an event stream. @throws Error when it is refused. */
export async function openSse<Sink extends ViewerSink>({
  address,
  seen,
  headers = {},
}: ViewerTarget<Sink>): Promise<OpenViewer<Sink>> {
  const abort = new AbortController();
  const response = await fetch(address, { headers: { ...headers }, signal: abort.signal });
  if (!response.ok || response.body === null) throw new Error(`refused: ${await response.text()}`);
  let ended: number | undefined;
  const reading = readSse(response.body, seen).then(
    () => (ended = 0),
    (error: unknown) => {
      if (!abort.signal.aborted) seen.fault = error;
      ended = -1;
    },
  );
  const close = async () => {
    abort.abort();
    await reading;
  };
  return { seen, ended: () => ended, close, [Symbol.asyncDispose]: close };
}

async function readSse(body: ReadableStream<Uint8Array>, seen: ViewerSink): Promise<void> {
  const reader = new SseReader(seen);
  for await (const chunk of body) reader.read(chunk);
}

/** Opens a WebSocket; one that is refused has ended. `address` is that of HTTP. */
export async function openWs<Sink extends ViewerSink>({
  address,
  seen,
  headers = {},
}: ViewerTarget<Sink>): Promise<OpenViewer<Sink> & { readonly socket: WebSocket }> {
  // Safe: Bun's WebSocket takes headers; the DOM's types, which the project also loads, do not know that.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const options = { headers: { ...headers } } as unknown as string[];
  const socket = new WebSocket(address.replace("http", "ws"), options);
  let ended: number | undefined;
  socket.addEventListener("close", ({ code }) => {
    ended = code;
  });
  socket.addEventListener("message", ({ data }) => readWsText(String(data), seen));
  await waitFor(() => socket.readyState === WebSocket.OPEN || ended !== undefined, {
    what: "the WebSocket's opening",
  });
  const close = async () => {
    socket.close();
    await waitFor(() => ended !== undefined, { what: "the WebSocket's end" });
  };
  return { seen, ended: () => ended, close, socket, [Symbol.asyncDispose]: close };
}
