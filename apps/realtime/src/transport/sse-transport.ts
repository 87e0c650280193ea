import { type CloseReason, type ControlFrame, encodeSseControl, sseHeartbeat } from "@barrage/protocol";
import type { EncodedBatch, SharedBlock } from "../events/batch.ts";
import { type GzipPart, GzipStream, storedPart } from "../events/gzip-part.ts";
import { type ConnectionOwner, type StreamSink, type Transport, writeTo } from "./transport.ts";

interface SseTransportOptions {
  readonly owner: ConnectionOwner;
  readonly headers: Readonly<Record<string, string>>;
  /** Compress: the client said that it takes gzip. */
  readonly gzip?: boolean;
}

const encoder = new TextEncoder();
const gzipHeartbeat = storedPart(sseHeartbeat);

/**
 * Server-sent events over a `Response` whose stream is of Bun's type `direct`: writes go straight to the socket, and
 * say when it is full. (A default stream's `enqueue` never refuses, and Elysia's own `sse` costs several times as much
 * and does not escape line breaks.)
 *
 * What is kept per viewer is this object and no closure: ten thousand idle viewers are mostly memory. So it is the
 * stream's source itself, and learns from the stream, not from the request's signal, that the client has gone: a signal
 * would keep the request and its headers alive, which is 0.6 KB a viewer.
 */
export class SseTransport implements Transport, Bun.DirectUnderlyingSource {
  readonly #owner: ConnectionOwner;
  readonly #gzip: GzipStream | undefined;
  #controller: ReadableStreamDirectController | undefined;
  #finish: (() => void) | undefined;
  #draining: Promise<void> | undefined;
  #ended = false;

  private constructor({ owner, gzip }: SseTransportOptions) {
    this.#owner = owner;
    this.#gzip = gzip === true ? new GzipStream() : undefined;
  }

  get format() {
    return "sse" as const;
  }

  /** Undefined for a compressed stream: each viewer's checksum goes on with each part. */
  get sink(): StreamSink | undefined {
    return this.#gzip === undefined ? this.#controller : undefined;
  }

  /** The kind of source that this is, to Bun. */
  get type() {
    return "direct" as const;
  }

  /** The answer to a request. The owner is told of the rest. */
  static respond(options: SseTransportOptions): Response {
    const source = new SseTransport(options);
    // Safe: the DOM's types, which the project also loads, hide that Bun takes a source of the type `direct`.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const stream = new ReadableStream(source as unknown as UnderlyingDefaultSource);
    return new Response(stream, {
      headers: {
        ...options.headers,
        ...(options.gzip === true ? { "content-encoding": "gzip" } : {}),
        "content-type": "text/event-stream; charset=utf-8",
        // No proxy may keep or gather what is meant for now.
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
      },
    });
  }

  /** For Bun: the connection is ready. The stream is open for as long as the promise is pending. */
  pull(controller: ReadableStreamDirectController): Promise<void> {
    this.#controller = controller;
    if (this.#gzip !== undefined) this.#write(this.#gzip.header);
    this.#owner.opened(this);
    if (this.#ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** For Bun: the client has gone, perhaps before anything could be sent. */
  cancel(): void {
    this.#close();
  }

  send(batch: EncodedBatch): boolean {
    return this.#gzip === undefined ? this.#write(batch.sse()) : this.#writePart(this.#gzip, batch.gzip());
  }

  /** Writes a block that others get, too, and its end, which is this viewer's own. @returns false when the socket is full. */
  sendBlock(block: Pick<SharedBlock, "bytes" | "gzip">, end: Uint8Array): boolean {
    if (this.#ended) return true;
    const gzip = this.#gzip;
    // Not flushed in between: a block should not be torn.
    const written = this.#controller?.write(gzip === undefined ? block.bytes : gzip.add(block.gzip()));
    if (written instanceof Promise) this.drains(written);
    return this.#writeOwn(end);
  }

  control(frame: ControlFrame): boolean {
    return this.#writeOwn(encodeSseControl(frame));
  }

  heartbeat(): void {
    if (this.#gzip === undefined) this.#write(sseHeartbeat);
    else this.#writePart(this.#gzip, gzipHeartbeat);
  }

  drains(until: Promise<unknown>): void {
    const drained = () => {
      this.#draining = undefined;
    };
    this.#draining ??= until.then(drained, drained);
  }

  async drained(): Promise<void> {
    await this.#draining;
  }

  end(reason: CloseReason, retryAfterMs: number | null): void {
    if (this.#ended) return;
    // For clients that know no goodbye: EventSource waits this long before it comes back by itself.
    if (retryAfterMs !== null)
      this.#writeOwn(encoder.encode(`retry: ${Math.max(1, Math.ceil(retryAfterMs))}\n\n`));
    this.control({ type: "goodbye", reason, retryAfterMs });
    if (this.#gzip !== undefined) this.#write(this.#gzip.trailer());
    void this.#controller?.end();
    this.#close();
  }

  #close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#finish?.();
    this.#owner.gone();
  }

  /** Writes what this viewer alone gets. */
  #writeOwn(bytes: Uint8Array): boolean {
    return this.#gzip === undefined ? this.#write(bytes) : this.#writePart(this.#gzip, storedPart(bytes));
  }

  #writePart(gzip: GzipStream, part: GzipPart): boolean {
    // What is not written must not be in the checksum.
    return this.#ended || this.#write(gzip.add(part));
  }

  #write(bytes: Uint8Array): boolean {
    const controller = this.#controller;
    if (this.#ended || controller === undefined) return true;
    const until = writeTo(controller, bytes);
    if (until === undefined) return this.#draining === undefined;
    this.drains(until);
    return false;
  }
}
