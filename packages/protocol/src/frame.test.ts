import { describe, expect, test } from "bun:test";
import { encodeSseControl, encodeSseEvent } from "./sse-frame.ts";
import { encodeWsBatch, wsServerFrameSchema } from "./ws-frame.ts";

const room = "0k3v9x2m4n5p6q7r8s9t0a1b2";
const hostile = 'x\n\nid: forged\ndata: {}\n\n\r\r"}],\u2028';
const event = {
  v: 1 as const,
  type: "danmaku.sent" as const,
  room,
  at: 1_764_000_000_000,
  by: { id: "user0001", name: "viewer", role: "viewer" as const },
  data: { id: "message01", session: "session01", text: hostile, color: "#ffffff", mode: "scroll" as const },
};
const json = JSON.stringify(event);

describe("an SSE frame", () => {
  test("is one id line, one data line and an empty line, whatever the user wrote", () => {
    const frame = new TextDecoder().decode(encodeSseEvent("abc-7", new TextEncoder().encode(json)));
    const lines = frame.split(/\r\n|\n|\r/);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe("id: abc-7");
    expect(JSON.parse(lines[1]?.replace(/^data: /, "") ?? "")).toEqual(event);
    expect(lines.slice(2)).toEqual(["", ""]);
  });

  test("for control is named and carries no id", () => {
    const frame = new TextDecoder().decode(encodeSseControl({ type: "live", room, cursor: "abc-7" }));
    expect(frame).toBe(`event: control\ndata: {"type":"live","room":"${room}","cursor":"abc-7"}\n\n`);
  });
});

test("a WebSocket batch composed from stored JSON parses to the same events", () => {
  const frame = encodeWsBatch(room, [
    { cursor: "abc-7", json },
    { cursor: "abc-9", json },
  ]);
  expect(wsServerFrameSchema.parse(JSON.parse(frame))).toEqual({
    type: "batch",
    room,
    events: [
      { cursor: "abc-7", event },
      { cursor: "abc-9", event },
    ],
  });
});
