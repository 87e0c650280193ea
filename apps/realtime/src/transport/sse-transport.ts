import { type CloseReason, type ControlFrame, encodeSseControl, sseHeartbeat } from "@barrage/protocol";
import type { Batch } from "../events/batch.ts";
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
}

const encoder = new TextEncoder();

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
        "content-type": "text/event-stream; charset=utf-8",
        // No proxy may keep or gather what is meant for now.
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
      },
    });
  }

  send(batch: Batch): boolean {
    return this.#write(batch.sse());
  }

  control(frame: ControlFrame): boolean {
    return this.#write(encodeSseControl(frame));
  }

  heartbeat(): void {
    this.#write(sseHeartbeat);
  }

  async drained(): Promise<void> {
    await this.#draining;
  }

  end(reason: CloseReason, retryAfterMs: number | null): void {
    if (this.#ended) return;
    // For clients that know no goodbye: EventSource waits this long before it comes back by itself.
    if (retryAfterMs !== null)
      this.#write(encoder.encode(`retry: ${Math.max(1, Math.ceil(retryAfterMs))}\n\n`));
    this.control({ type: "goodbye", reason, retryAfterMs });
    this.#ended = true;
    this.#options.limitRest();
    void this.#controller.end();
    this.#finish();
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
