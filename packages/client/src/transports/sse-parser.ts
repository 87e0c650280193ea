import { createLineSplitter } from "./line-splitter.ts";

/** One event of a stream, after the standard's rules. */
export interface SseMessage {
  /** The `event:` field, `message` when there was none. */
  readonly event: string;
  readonly data: string;
  /** The last `id:` of the stream up to here, empty when there was none. */
  readonly id: string;
}

/** Where parsed parts of a stream go. */
export interface SseHandlers {
  readonly onMessage: (message: SseMessage) => void;
  readonly onRetry: (retryMs: number) => void;
  /** The longest unfinished event that is kept, in UTF-16 units. */
  readonly bufferCharsMax: number;
}

/** An event grew past the bound: the stream is hostile or not an event stream. */
export class SseOverflowError extends Error {
  override readonly name = "SseOverflowError";
}

/** Reads an event stream piece by piece. */
export interface SseParser {
  /** Takes the next bytes, cut anywhere. @throws SseOverflowError when an unfinished event passes the bound. */
  push(bytes: Uint8Array): void;
}

/**
 * A parser of `text/event-stream` after the WHATWG HTML standard, 9.2.5 and 9.2.6: UTF-8 with an optional byte order
 * mark; lines end in LF, CR or CRLF; an event ends at an empty line; an event that the stream's end cuts is dropped
 * (by simply not pushing more).
 */
export function createSseParser({ onMessage, onRetry, bufferCharsMax }: SseHandlers): SseParser {
  const decoder = new TextDecoder();
  let data: string[] = [];
  let dataChars = 0;
  let event = "";
  let id = "";

  function dispatch() {
    const message = { event: event === "" ? "message" : event, data: data.join("\n"), id };
    const empty = data.length === 0;
    data = [];
    dataChars = 0;
    event = "";
    if (!empty) onMessage(message);
  }

  function takeField(name: string, value: string) {
    switch (name) {
      case "data":
        data.push(value);
        dataChars += value.length + 1;
        break;
      case "event":
        event = value;
        break;
      case "id":
        if (!value.includes("\0")) id = value;
        break;
      case "retry":
        if (/^[0-9]+$/.test(value)) onRetry(Number(value));
        break;
      default: // Unknown fields are ignored, says the standard.
    }
  }

  function takeLine(text: string) {
    if (text === "") return dispatch();
    const colon = text.indexOf(":");
    if (colon === 0) return;
    if (colon < 0) return takeField(text, "");
    const start = text[colon + 1] === " " ? colon + 2 : colon + 1;
    takeField(text.slice(0, colon), text.slice(start));
  }

  const splitter = createLineSplitter(takeLine);
  return {
    push(bytes) {
      splitter.push(decoder.decode(bytes, { stream: true }));
      if (splitter.pendingChars + dataChars > bufferCharsMax) throw new SseOverflowError();
    },
  };
}
