import { waitFor } from "@barrage/testkit";
import { Seen } from "./seen.ts";
import { SseReader } from "./sse-reader.ts";
import { readWsText } from "./ws-frames.ts";

/** A viewer over a real connection. */
export interface TestViewer extends AsyncDisposable {
  readonly seen: Seen;
  /** How it ended: a WebSocket's close code, or 0 for a stream that ended; undefined while it is open. */
  readonly ended: () => number | undefined;
  readonly close: () => Promise<void>;
}

interface ViewOptions {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Everything, unless the test asks for what is shown of a crowd. */
function queryOf({ query = "" }: ViewOptions): string {
  return /\b(view|budget)=/.test(query) ? query : `view=all&${query}`;
}

/** Watches over SSE. @throws Error when it is refused. */
export async function watchSse(url: string, room: string, options: ViewOptions = {}): Promise<TestViewer> {
  const abort = new AbortController();
  const response = await fetch(`${url}/rooms/${room}/events?${queryOf(options)}`, {
    headers: { ...options.headers },
    signal: abort.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`refused: ${await response.text()}`);
  const seen = new Seen();
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

async function readSse(body: ReadableStream<Uint8Array>, seen: Seen): Promise<void> {
  const reader = new SseReader(seen);
  for await (const chunk of body) reader.read(chunk);
}

/** Watches over WebSocket. */
export async function watchWs(
  url: string,
  room: string,
  options: ViewOptions = {},
): Promise<TestViewer & { readonly socket: WebSocket }> {
  const address = `${url.replace("http", "ws")}/rooms/${room}/ws?${queryOf(options)}`;
  // Safe: Bun's WebSocket takes headers; the DOM's types, which the project also loads, do not know that.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const socket = new WebSocket(address, { headers: { ...options.headers } } as unknown as string[]);
  const seen = new Seen();
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

/** Watches by either. */
export const watchBy = { sse: watchSse, ws: watchWs } as const;
