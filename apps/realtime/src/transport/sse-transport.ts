import { type CloseReason, type ControlFrame, encodeSseControl, sseHeartbeat } from "@barrage/protocol";
import type { Batch } from "../events/batch.ts";
import { type GzipPart, GzipStream, storedPart } from "../events/gzip-part.ts";
import type { Transport } from "./transport.ts";

interface SseTransportOptions {
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  /** Bounds how long the rest of an ended stream may wait for a client that reads nothing. */
  readonly limitRest: () => void;
  /** The stream is open: what is written now reaches the client. */
  readonly onOpen: (transport: SseTransport) => void;
  /** The stream has ended, whoever ended it. Called once, also when it never opened. */
  readonly onGone: () => void;
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
 */
export class SseTransport implements Transport {
  readonly format = "sse";
  readonly #controller: ReadableStreamDirectController;
  readonly #options: SseTransportOptions;
  readonly #finish: () => void;
  readonly #gzip: GzipStream | undefined;
  #draining: Promise<void> | undefined;
  #ended = false;

  private constructor(
    controller: ReadableStreamDirectController,
    options: SseTransportOptions,
    finish: () => void,
  ) {
    this.#controller = controller;
    this.#options = options;
    this.#finish = finish;
    this.#gzip = options.gzip === true ? new GzipStream() : undefined;
    if (this.#gzip !== undefined) this.#write(this.#gzip.header);
  }

  /** The answer to a request. `onOpen` and `onGone` of the options tell of the rest. */
  static respond(options: SseTransportOptions): Response {
    const finished = Promise.withResolvers<void>();
    let transport: SseTransport | undefined;
    let isGone = false;
    const gone = () => {
      if (isGone) return;
      isGone = true;
      if (transport !== undefined) transport.#ended = true;
      finished.resolve();
      options.onGone();
    };
    options.signal.addEventListener("abort", gone, { once: true });
    const source: Bun.DirectUnderlyingSource = {
      type: "direct",
      // The stream is open for as long as this is pending.
      async pull(controller: ReadableStreamDirectController) {
        if (!isGone) {
          transport = new SseTransport(controller, options, gone);
          options.onOpen(transport);
        }
        await finished.promise;
      },
    };
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

  send(batch: Batch): boolean {
    return this.#gzip === undefined ? this.#write(batch.sse()) : this.#writePart(this.#gzip, batch.gzip());
  }

  control(frame: ControlFrame): boolean {
    return this.#writeOwn(encodeSseControl(frame));
  }

  heartbeat(): void {
    if (this.#gzip === undefined) this.#write(sseHeartbeat);
    else this.#writePart(this.#gzip, gzipHeartbeat);
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
    this.#ended = true;
    this.#options.limitRest();
    void this.#controller.end();
    this.#finish();
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
    if (this.#ended) return true;
    const written = this.#controller.write(bytes);
    const flushed = this.#controller.flush();
    const draining = written instanceof Promise ? written : flushed instanceof Promise ? flushed : undefined;
    if (draining === undefined) return this.#draining === undefined;
    const drained = () => {
      this.#draining = undefined;
    };
    this.#draining ??= draining.then(drained, drained);
    return false;
  }
}
