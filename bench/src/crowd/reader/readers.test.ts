import { describe, expect, test } from "bun:test";
import { encodeSseControl, encodeSseEvent, encodeWsBatch, sseHeartbeat } from "@barrage/protocol";
import { createRandom } from "../random.ts";
import { stamped } from "../stamp.ts";
import { createChunkedDecoder } from "./chunked.ts";
import type { ReaderSink } from "./reader.ts";
import { createSseScan } from "./sse-scan.ts";
import { scanBatch } from "./ws-reader.ts";

const room = "room0000";
const json = (text: string) => JSON.stringify({ v: 1, type: "danmaku.sent", data: { text } });
/** Texts that try to look like frames. */
const hostile = ["\n\nid: e1-999\ndata: {}", '{"cursor":"e1-777","event":{}}', "弹幕🎉", "id: e1-5", "⧗zzz"];

/** Writes down what a reader tells. */
function recorder() {
  const told: string[] = [];
  let stampedEvents = 0;
  const sink: ReaderSink = {
    onAlive: () => undefined,
    onHello: ({ seq }) => told.push(`hello ${seq}`),
    onLive: () => told.push("live"),
    onEvent(seq, ageMicros) {
      told.push(`event ${seq}`);
      if (ageMicros !== undefined) stampedEvents++;
    },
    onSkipped: (count, { seq }) => told.push(`skipped ${count} to ${seq}`),
    onReset: ({ seq }) => told.push(`reset ${seq}`),
    onEnd: ({ kind }) => told.push(`end ${kind}`),
  };
  return { sink, told, stamped: () => stampedEvents };
}

function cutAnywhere(bytes: Buffer, random: () => number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + Math.floor(random() * 60));
    pieces.push(Buffer.from(bytes.subarray(at, end)));
    at = end;
  }
  return pieces;
}

const events = hostile.map((text, index) => encodeSseEvent(`e1-${index + 10}`, Buffer.from(json(text))));
const stream = Buffer.concat([
  encodeSseControl({
    type: "hello",
    room,
    cursor: "e1-9",
    heartbeatMs: 1000,
    nowMs: 1,
    limits: { shedBytes: 1, closeBytes: 2 },
  }),
  ...events,
  sseHeartbeat,
  encodeSseControl({ type: "live", room, cursor: "e1-14" }),
  encodeSseControl({ type: "skipped", room, count: 3, cursor: "e1-20" }),
  encodeSseEvent("e1-21", Buffer.from(json(stamped("hi")))),
  encodeSseControl({ type: "goodbye", reason: "goodbye", retryAfterMs: 5 }),
]);
const expected = [
  "hello 9",
  ...hostile.map((_, index) => `event ${index + 10}`),
  "live",
  "skipped 3 to 20",
  "event 21",
  "end goodbye",
];

describe("the light readers", () => {
  test("SSE: any cut gives the same frames, and no text forges one", () => {
    const random = createRandom(11);
    for (let round = 0; round < 300; round++) {
      const { sink, told, stamped } = recorder();
      const scan = createSseScan(sink);
      for (const piece of cutAnywhere(stream, random)) scan.push(piece);
      expect(told).toEqual(expected);
      expect(stamped()).toBe(1);
    }
  });
  test("chunked: any chunks and any cut give the same body", () => {
    const random = createRandom(12);
    for (let round = 0; round < 300; round++) {
      const wire = cutAnywhere(stream, random).map(
        (piece) => `${piece.length.toString(16)}\r\n${piece.toString("latin1")}\r\n`,
      );
      const bytes = Buffer.from(`${wire.join("")}0\r\n\r\n`, "latin1");
      const body: Buffer[] = [];
      let ended = false;
      const decoder = createChunkedDecoder(
        (piece) => body.push(Buffer.from(piece)),
        () => {
          ended = true;
        },
      );
      for (const piece of cutAnywhere(bytes, random)) decoder.push(piece);
      expect(Buffer.concat(body).equals(stream)).toBe(true);
      expect(ended).toBe(true);
    }
  });
  test("WebSocket: every event of a batch once, and no text forges one", () => {
    const { sink, told, stamped: count } = recorder();
    const texts = [...hostile, stamped("hi")];
    scanBatch(
      encodeWsBatch(
        room,
        texts.map((text, index) => ({ cursor: `e1-${index}`, json: json(text) })),
      ),
      sink,
    );
    expect(told).toEqual(texts.map((_, index) => `event ${index}`));
    expect(count()).toBe(1);
  });
});
