import type { CloseReason, ControlFrame } from "@barrage/protocol";
import type { EncodedBatch, Format } from "../events/batch.ts";

/** The part of Bun's server-side WebSocket that is used here. */
export interface Socket {
  sendText(text: string): number;
  getBufferedAmount(): number;
  subscribe(topic: string): unknown;
  unsubscribe(topic: string): unknown;
  close(code: number, reason: string): void;
}

/** The part of Bun's direct stream that is used here. */
export type StreamSink = Pick<ReadableStreamDirectController, "write" | "flush">;

/** Writes bytes at once, and as a whole. @returns when the stream will have room again; undefined: it has room. */
export function writeTo(sink: StreamSink, bytes: Uint8Array): Promise<unknown> | undefined {
  const written = sink.write(bytes);
  const flushed = sink.flush();
  if (written instanceof Promise) return written;
  return flushed instanceof Promise ? flushed : undefined;
}

/**
 * One viewer's connection. A write is always taken as a whole; `false` says that the socket is full: whoever writes
 * stops, and waits for {@link Transport.drained}. So at most one batch per viewer waits in this process.
 */
export interface Transport {
  readonly format: Format;
  /** The socket beneath, where there is one that topics can be published to. */
  readonly socket?: Socket | undefined;
  /** The stream beneath, where batches of server-sent events may go to it as they are, by {@link writeTo}. */
  readonly sink?: StreamSink | undefined;
  /** To be told, by whoever wrote to the sink, when it will have room again. */
  drains?(until: Promise<unknown>): void;
  /** What carries this room among others; undefined: the connection is this room's alone. */
  readonly carrier?: Pick<Transport, "end">;
  /** Writes a batch. @returns false when the socket is full. */
  send(batch: EncodedBatch): boolean;
  /** Writes a control frame. @returns false when the socket is full. */
  control(frame: ControlFrame): boolean;
  /** Writes a sign of life. */
  heartbeat(): void;
  /** Resolves when the socket has taken what was written, and also when it is gone. */
  drained(): Promise<void>;
  /**
   * Says why and when to come back (null: never), and ends the connection, or where it has a carrier this room's part
   * of it. Nothing is written after it.
   */
  end(reason: CloseReason, retryAfterMs: number | null): void;
}

/** Whom a connection belongs to: what is told of its life. One object for each, and no closures: see ADR 16. */
export interface ConnectionOwner {
  /** The connection is open: what is written now reaches the client. Called once, or never. */
  opened(transport: Transport): void;
  /** The connection has ended, whoever ended it, perhaps before it opened. Called once. */
  gone(): void;
}
