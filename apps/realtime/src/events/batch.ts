import { encodeOpenSseControl, encodeSseBatch, encodeWsBatch, encodeWsControl } from "@barrage/protocol";
import { deflatedPart, type GzipPart } from "./gzip-part.ts";
import type { RoomEntry, Told } from "./room-entry.ts";

/** How events travel to a viewer. */
export type Format = "sse" | "ws";

/** What a batch can be encoded as. */
export type Encoding = Format | "gzip" | "blocks" | "blocks_gzip";

/**
 * A piece of an event stream that carries several rooms: one block but for its end, which holds each viewer's own
 * positions. The same bytes for every viewer of the room.
 */
export interface SharedBlock {
  /** The room's position behind it. */
  readonly cursor: string;
  readonly bytes: Uint8Array;
  /** The bytes, to be spliced into gzip streams. */
  readonly gzip: () => GzipPart;
}

/** Events, and remarks about them, as a connection writes them: each format is encoded when it is asked for. */
export interface EncodedBatch {
  sse(): Uint8Array;
  /** The SSE frames, to be spliced into gzip streams. */
  gzip(): GzipPart;
  /** The text frames. */
  ws(): readonly string[];
}

interface BatchSource {
  readonly room: string;
  readonly entries: readonly RoomEntry[];
  /** Told of each encoding, for the counter that proves that encodes do not grow with viewers. */
  readonly onEncode?: (encoding: Encoding) => void;
}

const decoder = new TextDecoder();

/**
 * Consecutive entries of a room, to be written at once. Each format is encoded when it is first asked for, and once:
 * every viewer gets the same bytes.
 */
export class Batch implements EncodedBatch {
  readonly entries: readonly RoomEntry[];
  readonly #source: BatchSource;
  #sse: Uint8Array | undefined;
  #gzip: GzipPart | undefined;
  #frames: readonly WsFrame[] | undefined;
  #ws: readonly string[] | undefined;
  #blocks: readonly SharedBlock[] | undefined;

  constructor(source: BatchSource) {
    this.#source = source;
    this.entries = source.entries;
  }

  /** How many of the entries are events, and not remarks about them. */
  get eventCount(): number {
    return this.entries.reduce((count, { json }) => (json === undefined ? count : count + 1), 0);
  }

  sse(): Uint8Array {
    if (this.#sse === undefined) {
      this.#source.onEncode?.("sse");
      const [only, ...others] = this.entries;
      this.#sse =
        only !== undefined && others.length === 0
          ? only.frame
          : Buffer.concat(this.entries.map((entry) => entry.frame));
    }
    return this.#sse;
  }

  /** The SSE frames, to be spliced into gzip streams. */
  gzip(): GzipPart {
    if (this.#gzip === undefined) {
      const frames = this.sse();
      this.#source.onEncode?.("gzip");
      this.#gzip = deflatedPart(frames);
    }
    return this.#gzip;
  }

  /** The text frames of the batch: one, unless remarks of the limiter stand between its events. */
  ws(): readonly string[] {
    this.#ws ??= this.#wsFrames().map(({ text }) => text);
    return this.#ws;
  }

  /** The batch for streams that carry several rooms: a block for each text frame. */
  blocks(): readonly SharedBlock[] {
    if (this.#blocks === undefined) {
      const frames = this.#wsFrames();
      this.#source.onEncode?.("blocks");
      this.#blocks = frames.map((frame) => sharedBlock(frame, this.#source.onEncode));
    }
    return this.#blocks;
  }

  #wsFrames(): readonly WsFrame[] {
    if (this.#frames === undefined) {
      this.#source.onEncode?.("ws");
      this.#frames = encodeWs(this.#source.room, this.entries);
    }
    return this.#frames;
  }
}

interface WsFrame {
  readonly text: string;
  /** The position behind it. */
  readonly cursor: string;
  /** The remark that it is; undefined: it is a batch. */
  readonly told: Told | undefined;
}

function encodeWs(room: string, entries: readonly RoomEntry[]): WsFrame[] {
  const frames: WsFrame[] = [];
  let events: { readonly cursor: string; readonly json: string }[] = [];
  const endEvents = () => {
    const last = events.at(-1);
    if (last !== undefined)
      frames.push({ text: encodeWsBatch(room, events), cursor: last.cursor, told: undefined });
    events = [];
  };
  for (const { cursor, json, told } of entries) {
    if (json !== undefined) events.push({ cursor, json: decoder.decode(json) });
    if (told === undefined) continue;
    endEvents();
    frames.push({ text: encodeWsControl(told), cursor, told });
  }
  endEvents();
  return frames;
}

function sharedBlock({ text, cursor, told }: WsFrame, onEncode: BatchSource["onEncode"]): SharedBlock {
  const bytes = told === undefined ? encodeSseBatch(text) : encodeOpenSseControl(told);
  let part: GzipPart | undefined;
  return {
    cursor,
    bytes,
    gzip() {
      if (part === undefined) {
        onEncode?.("blocks_gzip");
        part = deflatedPart(bytes);
      }
      return part;
    },
  };
}
