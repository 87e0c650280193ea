import { sseControlEvent } from "@barrage/protocol";
import { DecodeError, decodeControl, decodeEvent, parseJson } from "./decode.ts";
import { refusalOf } from "./refusal.ts";
import { createSseParser, type SseMessage, SseOverflowError } from "./sse-parser.ts";
import { roomAddress, type Transport, type TransportRequest, type TransportSink } from "./transport.ts";

/** What the SSE transport needs from its surroundings. */
export interface SseTransportDeps {
  readonly fetch: FetchLike;
  readonly nowMs: () => number;
}

/** The part of `fetch` that the feed uses. */
export type FetchLike = (url: URL, init: RequestInit) => Promise<Response>;

/** No event is longer than this; the server's own bound is far below. */
const eventCharsMax = 262_144;

/** An event stream that is to be read. */
export interface EventStreamRequest {
  readonly address: URL;
  readonly signal: AbortSignal;
  readonly sink: Pick<TransportSink, "onAlive" | "onRetry" | "onFailure">;
  /** @throws DecodeError for what makes no sense. */
  readonly onMessage: (message: SseMessage) => void;
}

async function readStream(
  body: ReadableStream<Uint8Array>,
  { signal, sink, onMessage }: EventStreamRequest,
): Promise<void> {
  const parser = createSseParser({ bufferCharsMax: eventCharsMax, onRetry: sink.onRetry, onMessage });
  const reader = body.getReader();
  try {
    while (!signal.aborted) {
      const { done, value } = await reader.read();
      if (done) return sink.onFailure({ cause: "ended" });
      sink.onAlive();
      parser.push(value);
    }
  } catch (error) {
    const nonsense = error instanceof DecodeError || error instanceof SseOverflowError;
    sink.onFailure({ cause: nonsense ? "protocol" : "network" });
  } finally {
    // Already broken or aborted streams reject; there is nothing left to free then.
    reader.cancel().catch(() => undefined);
  }
}

/**
 * Reads a stream by a streaming fetch instead of EventSource: EventSource hides the status and Retry-After, stops for
 * good at the first 503, and reconnects in step with everybody else's. Its end, however it came, is told by
 * `onFailure`.
 */
export async function readEventStream(
  request: EventStreamRequest,
  { fetch, nowMs }: SseTransportDeps,
): Promise<void> {
  const { address, signal, sink } = request;
  let response: Response;
  try {
    response = await fetch(address, {
      signal,
      headers: { accept: "text/event-stream" },
      cache: "no-store",
      credentials: "omit",
    });
  } catch {
    return sink.onFailure({ cause: "network" });
  }
  if (!response.ok) return sink.onFailure(await refusalOf(response, nowMs()));
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  if (response.body === null || !isStream) {
    await response.body?.cancel();
    return sink.onFailure({ cause: "protocol" });
  }
  await readStream(response.body, request);
}

/** Reads a room over server-sent events. */
export function createSseTransport(deps: SseTransportDeps): Transport {
  return (request: TransportRequest) => {
    const { sink, signal } = request;
    const onMessage = ({ event, data, id }: SseMessage) => {
      if (event === "message") return decodeEvent(id, parseJson(data), sink);
      // Other names are a newer server's: no event of the room's log is among them.
      if (event !== sseControlEvent) return;
      const frame = decodeControl(parseJson(data));
      if (frame !== undefined) sink.onFrame(frame);
    };
    void readEventStream({ address: roomAddress(request, "events"), signal, sink, onMessage }, deps);
  };
}
