import { expect, test } from "bun:test";
import { danmaku } from "../testing/danmaku.ts";
import { prepareEntry } from "./room-entry.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const prepare = (text: string) => prepareEntry("e1", { seq: 5, json: encoder.encode(text) });

test("an entry keeps the stored bytes once, inside its frame", () => {
  const json = JSON.stringify(danmaku("room0000", "字幕"));
  const prepared = prepare(json);
  expect(decoder.decode(prepared?.entry.frame)).toBe(`id: e1-5\ndata: ${json}\n\n`);
  expect(decoder.decode(prepared?.entry.json)).toBe(json);
  expect(prepared?.entry.json?.buffer).toBe(prepared?.entry.frame.buffer);
});

test("JSON with line breaks between its tokens can't end a frame early", () => {
  const event = danmaku("room0000", "x\n\ny");
  for (const json of [JSON.stringify(event, null, 2), JSON.stringify(event, null, "\r\n\n")]) {
    const frame = decoder.decode(prepare(json)?.entry.frame);
    expect(frame).toBe(`id: e1-5\ndata: ${JSON.stringify(event)}\n\n`);
  }
});

test("an event of a type that is newer than this node is forwarded and never shed", () => {
  expect(prepare('{"v":1,"type":"poll.opened","room":"room0000","at":1,"data":{}}')?.entry.priority).toBe(0);
});

test("what is no event is not forwarded", () => {
  for (const text of [
    "",
    "{",
    "null",
    "5",
    '"x"',
    "[]",
    "{}",
    '{"type":5}',
    '{"type":"danmaku.sent","by":5}',
  ]) {
    expect(prepare(text)).toBeUndefined();
  }
});
