import type { Cursor, RoomEvent } from "@barrage/protocol";

/** One stored event of a room. */
export interface LogEntry {
  /** Its stream sequence: the `seq` of its cursor, rising within a room, with holes where other rooms' events are. */
  readonly seq: number;
  /**
   * The sequence of the room's event before it, 0 when it is the room's first. For the first entry of a
   * {@link RoomLog.readAfter} page it is the position that was asked for.
   */
  readonly previousSeq: number;
  /** The event as it was encoded when it was published. */
  readonly json: Uint8Array;
  /** When the server stored it, in milliseconds since 1970; absent where the server does not say. */
  readonly storedAtMs?: number;
  /** The trace that it was published in, when that is recorded; absent in what is read from the stream in pages. */
  readonly traceparent?: string;
}

/** A stored event on its own. */
export interface StoredEntry extends Omit<LogEntry, "previousSeq"> {
  readonly roomId: string;
}

/** A stored event in {@link RoomLog.consume}, which reads all rooms. */
export interface ConsumedEntry extends Omit<LogEntry, "previousSeq"> {
  readonly roomId: string;
  /** The epoch of the stream that holds it. */
  readonly epoch: string;
}

export interface PublishOptions {
  /** The dedupe key: the same id again within the dedupe window is the same event. 1–128 printable characters. */
  readonly messageId: string;
  /** The trace to be part of; the current span's when left out. */
  readonly traceparent?: string | undefined;
}

export interface Published {
  readonly cursor: Cursor;
  /** The event had been stored before; `cursor` is where it is. */
  readonly duplicate: boolean;
}

export interface FollowHandlers {
  /** An event was stored. Called in order; with holes after an interruption. Must not throw or block. */
  readonly onEntry: (entry: LogEntry) => void;
  /**
   * Events may have been missed, and {@link RoomLog.epoch} may be another one: read the room from your position.
   * Entries that come after this call are new again.
   */
  readonly onInterrupted: () => void;
}

/** A page of a room's stored events. */
export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** There was nothing after these entries when they were read. */
  readonly complete: boolean;
}

export interface LogBounds {
  readonly epoch: string;
  /** The oldest sequence still stored; one past `lastSeq` when the stream is empty. */
  readonly firstSeq: number;
  readonly lastSeq: number;
}

export interface ConsumeOptions {
  /** The name under which the server remembers the position. One process at a time may consume it. */
  readonly durable: string;
  /** At most so many entries at once. */
  readonly batchMax: number;
  /** After a crash that the server did not notice otherwise, entries come again after this time. */
  readonly ackWaitMs: number;
  /** Ends the loop; a batch that is being worked on is finished first. */
  readonly signal: AbortSignal;
  /** Resolved: all are acknowledged. Thrown: the same batch comes again, with a growing delay, before anything else. */
  readonly onBatch: (entries: readonly ConsumedEntry[]) => Promise<void>;
}

/**
 * The log of all rooms: one JetStream stream, one subject per room, republished live.
 * Every call has a deadline and fails with AppError `log_unavailable` when NATS can't be reached in it.
 */
export interface RoomLog {
  /** Names this creation of the stream. It may change when NATS comes back without its data. */
  epoch(): string;
  /**
   * Stores an event and resolves when JetStream has acknowledged it. Tries again with the same message id for up to
   * 5 s overall; the caller may then do the same later, and the event is stored once.
   * @throws AppError `log_unavailable`; `body_too_large`; `room_not_found` for an impossible room id.
   */
  publish(event: RoomEvent, options: PublishOptions): Promise<Published>;
  /**
   * Delivers a room's events as they are stored. Resolves when the subscription is in force: whatever is stored from
   * then on is delivered. At most once; a hole shows as a `previousSeq` beyond the last seen `seq`.
   */
  follow(roomId: string, handlers: FollowHandlers): Promise<Subscribed>;
  /** Reads up to `limit` events with a sequence above `afterSeq`, in order, from the stream. */
  readAfter(roomId: string, range: ReadRange): Promise<LogPage>;
  /** The event with this sequence, of whatever room; undefined when it is not (or no longer) stored. */
  entryAt(seq: number): Promise<StoredEntry | undefined>;
  /** The sequence of a room's newest stored event; 0 when there is none. */
  lastSeq(roomId: string): Promise<number>;
  /** Where the stream begins and ends now. */
  bounds(): Promise<LogBounds>;
  /**
   * Works through the events of all rooms in stream order, at least once each, remembering the position under
   * `durable`. After a crash it goes on with the first entry that was not acknowledged. Resolves when `signal` aborts.
   */
  consume(options: ConsumeOptions): Promise<void>;
  /**
   * Makes room in a log that is nearly full: drops the oldest events, but none that `durable` has yet to acknowledge.
   * @returns how many were dropped; 0 while the log is emptier than `whenFull`.
   */
  trim(options: TrimOptions): Promise<number>;
  /** Ends all follows and readers. The connection stays open: it belongs to the caller. */
  close(): Promise<void>;
}

export interface TrimOptions {
  /** The consumer that must have seen what is dropped. */
  readonly durable: string;
  /** The share (0–1) of the log's bytes from which on it is trimmed. */
  readonly whenFull: number;
  /** The share that is left afterwards. */
  readonly keep: number;
  /** Nothing from here on is dropped, however full the log is. */
  readonly keepFromSeq?: number | undefined;
}

export interface ReadRange {
  readonly afterSeq: number;
  /** At most so many entries (1–5,000). */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Subscribed {
  /** Ends the delivery; nothing is delivered once it has returned. */
  close(): Promise<void>;
}
