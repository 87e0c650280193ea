import { afterEach, expect, spyOn, test } from "bun:test";
import { encodeWsBatch } from "@barrage/protocol";
import { danmaku, room, startFakeNode } from "../testing/fake-node.ts";
import { replayRoom } from "./replay-room.ts";

const reports = spyOn(globalThis, "queueMicrotask");
afterEach(() => {
  reports.mockRestore();
});

test("callbacks that throw are reported, lose no event, and do not keep the replay from coming back", async () => {
  using node = startFakeNode();
  const reported: unknown[] = [];
  // As an uncaught error it would end this process.
  reports.mockImplementation((task) => {
    try {
      task();
    } catch (error) {
      reported.push(error);
    }
  });
  const texts: string[] = [];
  const threeCame = Promise.withResolvers<void>();
  const replay = replayRoom({
    url: node.url,
    room,
    session: "session0",
    backoffBaseMs: 10,
    onEvent({ event }) {
      if (event.type === "danmaku.sent") texts.push(event.data.text);
      if (texts.length === 3) threeCame.resolve();
      throw new Error("an event's");
    },
    onPhase() {
      throw new Error("a phase's");
    },
  });
  const connection = await node.next();
  connection.control({
    type: "replay",
    room,
    session: "session0",
    cursor: "e1-0",
    startedAtMs: 1,
    endedAtMs: 1_000,
    offsetMs: 0,
    speed: 1,
    isPaused: false,
    tag: 0,
    state: { viewers: 0, lotteries: [] },
    heartbeatMs: 10_000,
  });
  const events = [1, 2, 3].map((seq) => ({
    cursor: `e1-${seq}`,
    json: JSON.stringify(danmaku(String(seq))),
  }));
  connection.raw(encodeWsBatch(room, events));
  await threeCame.promise;
  expect(texts).toEqual(["1", "2", "3"]);
  connection.end(1011);
  const next = await node.next();
  expect(next.query.get("from")).toBe("e1-3");
  expect(reported.map(String)).toContain("Error: an event's");
  expect(reported.map(String)).toContain("Error: a phase's");
  replay.close();
});
