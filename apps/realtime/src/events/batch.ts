import { encodeWsBatch, encodeWsControl } from "@barrage/protocol";
import { deflatedPart, type GzipPart } from "./gzip-part.ts";
import type { RoomEntry } from "./room-entry.ts";

/** How events travel to a viewer. */
export type Format = "sse" | "ws";

/** What a batch can be encoded as. */
export type Encoding = Format | "gzip";

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
export class Batch {
  readonly entries: readonly RoomEntry[];
  readonly #source: BatchSource;
  #sse: Uint8Array | undefined;
  #gzip: GzipPart | undefined;
  #ws: readonly string[] | undefined;

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
    if (this.#ws === undefined) {
      this.#source.onEncode?.("ws");
      this.#ws = encodeWs(this.#source.room, this.entries);
    }
    return this.#ws;
  }
}

function encodeWs(room: string, entries: readonly RoomEntry[]): string[] {
  const frames: string[] = [];
  let events: { readonly cursor: string; readonly json: string }[] = [];
  const endEvents = () => {
    if (events.length > 0) frames.push(encodeWsBatch(room, events));
    events = [];
  };
  for (const { cursor, json, told } of entries) {
    if (json !== undefined) events.push({ cursor, json: decoder.decode(json) });
    if (told === undefined) continue;
    endEvents();
    frames.push(encodeWsControl(told));
  }
  endEvents();
  return frames;
}
