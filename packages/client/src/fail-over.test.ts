import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { AppError, type ControlFrame, closeCodes, encodeWsBatch } from "@barrage/protocol";
import type { EventItem, FeedReason } from "./feed/feed-item.ts";
import type { RoomJoin } from "./places.ts";
import { replayRoom } from "./replay/replay-room.ts";
import { subscribeRooms } from "./rooms/subscribe-rooms.ts";
import { subscribeRoom } from "./subscribe-room.ts";
import {
  danmaku,
  type FakeConnection,
  type FakeNode,
  hello,
  live,
  room,
  startFakeNode,
} from "./testing/fake-node.ts";

let nodes: readonly [FakeNode, FakeNode];
let reading: { close(): void }[];
beforeEach(() => {
  nodes = [startFakeNode(), startFakeNode()];
  reading = [];
});
afterEach(() => {
  for (const reader of reading) reader.close();
  for (const node of nodes) node[Symbol.dispose]();
});

interface ReaderOptions {
  readonly join: () => Promise<RoomJoin>;
  readonly needsTicket: boolean;
  readonly onText: (text: string) => void;
  readonly onClosed: (reason: FeedReason | undefined) => void;
}

/** A way to read a room, as far as going from node to node is concerned. */
interface Reader {
  readonly read: (options: ReaderOptions) => { close(): void };
  /** What a node says first, to whoever continues after `seq`. */
  readonly greet: (connection: FakeConnection, seq: number, heartbeatMs?: number) => void;
  readonly say: (connection: FakeConnection, seq: number) => void;
  /** Where a connection was asked to begin. */
  readonly begin: (query: URLSearchParams) => string | null;
}

function shared({ join, onText }: ReaderOptions) {
  return {
    // Nobody is there: whoever goes there has not asked.
    url: "http://127.0.0.1:9",
    backoffBaseMs: 10,
    join,
    onEvent: ({ event }: EventItem) => {
      if (event.type === "danmaku.sent") onText(event.data.text);
    },
  };
}

const placeFrame = (seq: number, heartbeatMs: number): ControlFrame => ({
  type: "replay",
  room,
  session: "session0",
  cursor: `e1-${seq}`,
  startedAtMs: 1,
  endedAtMs: 1_000,
  offsetMs: 0,
  speed: 1,
  isPaused: false,
  tag: 0,
  state: { viewers: 0, lotteries: [] },
  heartbeatMs,
});

const greetLive: Reader["greet"] = (connection, seq, heartbeatMs) => {
  connection.control(hello(seq, heartbeatMs));
  connection.control(live(seq));
};
const say: Reader["say"] = (connection, seq) => connection.event(`e1-${seq}`, danmaku(String(seq)));

const subscribing: Reader = {
  read: (options) =>
    subscribeRoom({
      ...shared(options),
      room,
      transport: "sse",
      needsTicket: options.needsTicket,
      onState: ({ phase, reason }) => {
        if (phase === "closed") options.onClosed(reason);
      },
    }),
  greet: greetLive,
  say,
  begin: (query) => query.get("since"),
};
const replaying: Reader = {
  read: (options) =>
    replayRoom({
      ...shared(options),
      room,
      session: "session0",
      needsTicket: options.needsTicket,
      onPhase: (phase, reason) => {
        if (phase === "closed") options.onClosed(reason);
      },
    }),
  greet: (connection, seq, heartbeatMs = 10_000) => connection.control(placeFrame(seq, heartbeatMs)),
  say,
  begin: (query) => query.get("from"),
};
const following: Reader = {
  read: (options) => subscribeRooms({ ...shared(options), rooms: [room], transport: "sse" }),
  greet: greetLive,
  say: (connection, seq) => {
    const json = JSON.stringify(danmaku(String(seq)));
    connection.raw(`data: ${encodeWsBatch(room, [{ cursor: `e1-${seq}`, json }])}\n\n`);
  },
  begin: (query) => query.get("since")?.replace(`${room}:`, "") ?? null,
};

function start(reader: Reader, { needsTicket = false, join }: Partial<ReaderOptions> = {}) {
  const [first, second] = nodes;
  let asked = 0;
  const texts: string[] = [];
  const closed = Promise.withResolvers<FeedReason | undefined>();
  let arrived = Promise.withResolvers<void>();
  reading.push(
    reader.read({
      needsTicket,
      join:
        join ??
        (() => {
          asked += 1;
          return Promise.resolve({
            nodes: [first.url, second.url],
            ticket: needsTicket ? `ticket${asked}` : null,
          });
        }),
      onText(text) {
        texts.push(text);
        arrived.resolve();
        arrived = Promise.withResolvers();
      },
      onClosed: closed.resolve,
    }),
  );
  return {
    asked: () => asked,
    texts,
    closed: closed.promise,
    async untilText(text: string) {
      while (texts.at(-1) !== text) await arrived.promise;
    },
  };
}

/** The ways in which a node is lost; after the greeting it says nothing by itself. */
const losses = {
  "that ends": (connection: FakeConnection) => connection.end(closeCodes.internal),
  "that says goodbye": (connection: FakeConnection) => {
    connection.control({ type: "goodbye", reason: "goodbye", retryAfterMs: 5 });
    connection.end(closeCodes.goodbye);
  },
  "that says nothing any more": () => undefined,
};

const readers = { subscribeRoom: subscribing, subscribeRooms: following, replayRoom: replaying };
for (const [name, reader] of Object.entries(readers)) {
  describe(name, () => {
    for (const [how, lose] of Object.entries(losses)) {
      test(`goes on from a node ${how} at the next, where it was, without asking again`, async () => {
        const [first, second] = nodes;
        const reading = start(reader);
        const { asked, texts } = reading;
        const before = await first.next();
        // A dead node is one that is silent for 2.5 heartbeats.
        reader.greet(before, 1, 200);
        reader.say(before, 2);
        reader.say(before, 3);
        await reading.untilText("3");
        lose(before);
        const after = await second.next();
        expect(reader.begin(after.query)).toBe("e1-3");
        reader.greet(after, 3);
        reader.say(after, 4);
        await reading.untilText("4");
        expect(texts).toEqual(["2", "3", "4"]);
        expect(asked()).toBe(1);
        expect(first.requests()).toBe(1);
      });
    }
  });
}

for (const [name, reader] of Object.entries({ subscribeRoom: subscribing, replayRoom: replaying })) {
  describe(name, () => {
    test("in a private room asks for the next node with a ticket for it", async () => {
      const [first, second] = nodes;
      start(reader, { needsTicket: true });
      const before = await first.next();
      expect(before.query.get("ticket")).toBe("ticket1");
      reader.greet(before, 1);
      before.end(closeCodes.internal);
      expect((await second.next()).query.get("ticket")).toBe("ticket2");
    });

    test("is closed by a refusal that no node can change, before any was asked", async () => {
      const { closed } = start(reader, { join: () => Promise.reject(new AppError("room_password_wrong")) });
      expect(await closed).toEqual({ cause: "ticket", code: "room_password_wrong" });
      expect(nodes.map(({ requests }) => requests())).toEqual([0, 0]);
    });
  });
}

describe("subscribeRooms", () => {
  test("stays on its node with the stream that takes a new room in, without asking", async () => {
    const [first, second] = nodes;
    let asked = 0;
    const feed = subscribeRooms({
      url: "http://127.0.0.1:9",
      rooms: [room],
      transport: "sse",
      join: () => {
        asked += 1;
        return Promise.resolve({ nodes: asked === 1 ? [first.url] : [second.url] });
      },
    });
    reading.push(feed);
    greetLive(await first.next(), 1);
    feed.add("room0001");
    expect((await first.next()).query.get("rooms")).toBe(`${room},room0001`);
    expect(asked).toBe(1);
  });

  test("goes to its common address while nobody can be asked", async () => {
    const [node] = nodes;
    const join = () => Promise.reject(new Error("down"));
    reading.push(subscribeRooms({ url: node.url, rooms: [room], transport: "sse", join }));
    expect((await node.next()).query.get("rooms")).toBe(room);
  });

  test("goes on elsewhere when a node never says hello", async () => {
    const [first, second] = nodes;
    const rooms = [room, "room0001"];
    const join = () => Promise.resolve({ nodes: [first.url, second.url] });
    reading.push(
      subscribeRooms({
        url: first.url,
        rooms,
        transport: "sse",
        join,
        helloTimeoutMs: 50,
        backoffBaseMs: 10,
      }),
    );
    await first.next();
    expect((await second.next()).query.get("rooms")).toBe(rooms.join(","));
  });
});
