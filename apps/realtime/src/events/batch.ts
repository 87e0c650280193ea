import { encodeWsBatch } from "@barrage/protocol";
import type { RoomEntry } from "./room-entry.ts";

/** How events travel to a viewer. Another encoding (compressed SSE) would be one more of these. */
export type Format = "sse" | "ws";

interface BatchSource {
  readonly room: string;
  readonly entries: readonly RoomEntry[];
  /** Told of each encoding, for the counter that proves that encodes do not grow with viewers. */
  readonly onEncode?: (format: Format) => void;
}

const decoder = new TextDecoder();

/**
 * Consecutive events of a room, to be written at once. Each format is encoded when it is first asked for, and once:
 * every viewer gets the same bytes.
 */
export class Batch {
  readonly entries: readonly RoomEntry[];
  readonly #source: BatchSource;
  #sse: Uint8Array | undefined;
  #ws: string | undefined;

  constructor(source: BatchSource) {
    this.#source = source;
    this.entries = source.entries;
  }

  sse(): Uint8Array {
    if (this.#sse === undefined) {
      this.#source.onEncode?.("sse");
      const [only, ...others] = this.entries;
      this.#sse =
        only !== undefined && others.length === 0
          ? only.frame
          : concat(this.entries.map((entry) => entry.frame));
    }
    return this.#sse;
  }

  ws(): string {
    if (this.#ws === undefined) {
      this.#source.onEncode?.("ws");
      const events = this.entries.map(({ cursor, json }) => ({ cursor, json: decoder.decode(json) }));
      this.#ws = encodeWsBatch(this.#source.room, events);
    }
    return this.#ws;
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
