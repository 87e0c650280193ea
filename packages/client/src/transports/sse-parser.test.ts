import { describe, expect, test } from "bun:test";
import { encodeSseControl, encodeSseEvent, sseHeartbeat } from "@barrage/protocol";
import * as fc from "fast-check";
import { createSseParser, type SseMessage, SseOverflowError } from "./sse-parser.ts";

const encoder = new TextEncoder();

function parse(pieces: readonly Uint8Array[], bufferCharsMax = 100_000) {
  const messages: SseMessage[] = [];
  const retries: number[] = [];
  const parser = createSseParser({
    onMessage: (message) => messages.push(message),
    onRetry: (ms) => retries.push(ms),
    bufferCharsMax,
  });
  for (const piece of pieces) parser.push(piece);
  return { messages, retries };
}

const parseText = (text: string) => parse([encoder.encode(text)]);

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
  const ends = [...sorted, bytes.length];
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

describe("an event stream is read as the standard says", () => {
  // The examples of WHATWG HTML, 9.2.6.
  test("several data lines are joined by a line feed", () => {
    expect(parseText("data: YHOO\ndata: +2\ndata: 10\n\n").messages).toEqual([
      { event: "message", data: "YHOO\n+2\n10", id: "" },
    ]);
  });
  test("comments are skipped, an id stays until the next one, an empty id clears it", () => {
    const { messages } = parseText(
      ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
    );
    expect(messages).toEqual([
      { event: "message", data: "first event", id: "1" },
      { event: "message", data: "second event", id: "" },
      { event: "message", data: " third event", id: "" },
    ]);
  });
  test("an event without data is none, an empty data line is one, an unfinished one is dropped", () => {
    expect(parseText("data\n\ndata\ndata\n\nevent: x\n\ndata:").messages.map(({ data }) => data)).toEqual([
      "",
      "\n",
    ]);
  });
  test("the space after the colon is optional, and only one is removed", () => {
    expect(parseText("data:test\n\ndata: test\n\ndata:  test\n\n").messages.map(({ data }) => data)).toEqual([
      "test",
      "test",
      " test",
    ]);
  });
  test("an event name holds for one event", () => {
    const { messages } = parseText("event: control\ndata: a\n\ndata: b\n\n");
    expect(messages.map(({ event }) => event)).toEqual(["control", "message"]);
  });
  test("an id with a NUL is ignored, unknown fields too, retry takes digits alone", () => {
    const { messages, retries } = parseText("id: 7\nid: a\0b\nfoo: bar\nretry: 12x\nretry: 250\ndata: x\n\n");
    expect(messages).toEqual([{ event: "message", data: "x", id: "7" }]);
    expect(retries).toEqual([250]);
  });
  test("a byte order mark at the start is no part of the first field", () => {
    expect(parseText("\uFEFFdata: x\n\n").messages).toHaveLength(1);
  });
});

describe("however the bytes are cut", () => {
  const eol = fc.constantFrom("\n", "\r", "\r\n");
  const text = fc
    .string({ unit: "grapheme", maxLength: 12 })
    .map((value) => value.replaceAll(/[\r\n\0]/g, ""));
  const line = fc.oneof(
    text.map((value) => `data: ${value}`),
    text.map((value) => `: ${value}`),
    text.map((value) => `id: ${value}`),
    text.map((value) => `event:${value}`),
    fc.constant(""),
    text,
  );
  const stream = fc
    .array(fc.tuple(line, eol), { maxLength: 30 })
    .map((lines) => lines.map(([value, end]) => value + end).join(""));

  test("the events are the same as in one piece, for LF, CR and CRLF and any UTF-8", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 40 }), (value, places) => {
        const bytes = encoder.encode(value);
        expect(parse(cut(bytes, places))).toEqual(parse([bytes]));
      }),
    );
  });
  test("byte by byte, the frames of our own encoder come back with their text unharmed", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 5 }), (texts) => {
        const frames = texts.map((value, index) =>
          encodeSseEvent(`e-${index}`, encoder.encode(JSON.stringify(value))),
        );
        const bytes = Buffer.concat([sseHeartbeat, ...frames, encodeSseControl({ type: "heartbeat" })]);
        const { messages } = parse(Array.from(bytes, (byte) => Uint8Array.of(byte)));
        expect(messages.slice(0, -1).map(({ data, id }) => [id, JSON.parse(data)])).toEqual(
          texts.map((value, index) => [`e-${index}`, value.toWellFormed()]),
        );
        expect(messages.at(-1)).toMatchObject({ event: "control", data: '{"type":"heartbeat"}' });
      }),
    );
  });
});

describe("memory is bounded", () => {
  const endless = (line: string) => () => parse(Array<Uint8Array>(100).fill(encoder.encode(line)), 1000);
  test("an endless line is an overflow", () => {
    expect(endless("data: aaaaaaaaaaaaaaaaaaaaaaaa")).toThrow(SseOverflowError);
  });
  test("endless data lines without an end of the event are an overflow", () => {
    expect(endless("data: aaaaaaaaaaaa\n")).toThrow(SseOverflowError);
    expect(endless("data\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\n")).toThrow(
      SseOverflowError,
    );
  });
  test("an endless stream of finished events is none", () => {
    expect(endless("data: aaaaaaaaaaaaaaaaaaaaaaaa\n\n")).not.toThrow();
  });
});
