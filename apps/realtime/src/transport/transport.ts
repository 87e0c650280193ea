import type { CloseReason, ControlFrame } from "@barrage/protocol";
import type { Batch, Format } from "../events/batch.ts";

/**
 * One viewer's connection. A write is always taken as a whole; `false` says that the socket is full: whoever writes
 * stops, and waits for {@link Transport.drained}. So at most one batch per viewer waits in this process.
 */
export interface Transport {
  readonly format: Format;
  /** Writes a batch. @returns false when the socket is full. */
  send(batch: Batch): boolean;
  /** Writes a control frame. @returns false when the socket is full. */
  control(frame: ControlFrame): boolean;
  /** Writes a sign of life. */
  heartbeat(): void;
  /** Resolves when the socket has taken what was written, and also when it is gone. */
  drained(): Promise<void>;
  /** Says why and when to come back (null: never), and ends the connection. Nothing is written after it. */
  end(reason: CloseReason, retryAfterMs: number | null): void;
}

/** Whom a connection belongs to: what is told of its life. One object for each, and no closures: see ADR 16. */
export interface ConnectionOwner {
  /** The connection is open: what is written now reaches the client. Called once, or never. */
  opened(transport: Transport): void;
  /** The connection has ended, whoever ended it, perhaps before it opened. Called once. */
  gone(): void;
}
