import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { AppError } from "@barrage/protocol";
import type { FeedItem, FeedPhase, StateItem } from "./feed/feed-item.ts";
import type { RoomFeedOptions } from "./options.ts";
import { type RoomFeed, subscribeRoom } from "./subscribe-room.ts";
import {
  danmaku,
  type FakeConnection,
  type FakeNode,
  hello,
  live,
  room,
  startFakeNode,
} from "./testing/fake-node.ts";
import { createManualClock, type ManualClock } from "./testing/manual-clock.ts";

let node: FakeNode;
let clock: ManualClock;
let feeds: RoomFeed[];
beforeEach(() => {
  node = startFakeNode();
  clock = createManualClock();
  feeds = [];
});
afterEach(() => {
  for (const feed of feeds) feed.close();
  node[Symbol.dispose]();
});

/** A feed with its iterator, on a clock that the test moves. */
function subscribe(options: Partial<RoomFeedOptions> = {}) {
  const feed = subscribeRoom({ url: node.url, room, clock, random: () => 0.5, ...options });
  feeds.push(feed);
  const items = feed[Symbol.asyncIterator]();
  const next = async (): Promise<FeedItem | undefined> => {
    const result = await items.next();
    return result.done === true ? undefined : result.value;
  };
  return {
    feed,
    next,
    /** The next item that is in `phase`, passing over others. */
    untilPhase: async (phase: FeedPhase): Promise<StateItem> => {
      for (;;) {
        const item = await next();
        if (item === undefined) throw new Error(`the feed ended before ${phase}`);
        if (item.kind === "state" && item.phase === phase) return item;
      }
    },
    /** The texts of the next `count` danmaku, passing over others. */
    texts: async (count: number): Promise<string[]> => {
      const texts: string[] = [];
      while (texts.length < count) {
        const item = await next();
        if (item === undefined) throw new Error("the feed ended before its events");
        if (item.kind === "event" && item.event.type === "danmaku.sent") texts.push(item.event.data.text);
      }
      return texts;
    },
  };
}

async function greeted(seq = 0): Promise<FakeConnection> {
  const connection = await node.next();
  connection.control(hello(seq));
  connection.control(live(seq));
  return connection;
}

for (const transport of ["sse", "ws"] as const) {
  describe(`over ${transport}`, () => {
    test("events come typed, in order, each once, and the cursor follows", async () => {
      const { feed, texts, untilPhase } = subscribe({ transport, tail: 5 });
      const connection = await greeted(7);
      expect(connection.via).toBe(transport);
      expect(connection.query.get("tail")).toBe("5");
      await untilPhase("live");
      for (const seq of [8, 9, 9, 8, 12])
        connection.event(`e1-${seq}`, danmaku(`弹幕 ${seq}\n\ndata: forged`));
      expect(await texts(3)).toEqual([8, 9, 12].map((seq) => `弹幕 ${seq}\n\ndata: forged`));
      expect(feed.cursor).toBe("e1-12");
    });

    test("a lost connection is resumed from the last cursor, and the overlap is dropped", async () => {
      const { texts, untilPhase } = subscribe({ transport });
      const first = await greeted(1);
      first.event("e1-2", danmaku("two"));
      expect(await texts(1)).toEqual(["two"]);
      first.end(transport === "ws" ? 4001 : undefined);
      const state = await untilPhase("resuming");
      clock.elapse((state.retryAtMs ?? 0) - clock.nowMs());
      const second = await node.next();
      expect(second.query.get("since")).toBe("e1-2");
      second.control(hello(2));
      for (const seq of [2, 3]) second.event(`e1-${seq}`, danmaku(String(seq)));
      expect(await texts(1)).toEqual(["3"]);
    });

    test("goodbye is obeyed: not a moment before its time, and then with the cursor", async () => {
      const { untilPhase } = subscribe({ transport });
      const connection = await greeted(4);
      await untilPhase("live");
      connection.control({ type: "goodbye", reason: "goodbye", retryAfterMs: 3_000 });
      const state = await untilPhase("resuming");
      expect(state.reason).toEqual({ cause: "goodbye", reason: "goodbye" });
      await connection.left;
      clock.elapse(2_999);
      expect(node.requests()).toBe(1);
      clock.elapse(1);
      const again = await node.next();
      expect(again.query.get("since")).toBe("e1-4");
    });

    test("goodbye for good ends the iterator", async () => {
      const { next, untilPhase } = subscribe({ transport });
      const connection = await greeted();
      connection.control({ type: "goodbye", reason: "room_deleted", retryAfterMs: null });
      expect((await untilPhase("closed")).reason).toEqual({ cause: "goodbye", reason: "room_deleted" });
      expect(await next()).toBeUndefined();
    });

    test("silence for 2.5 heartbeats is a dead connection; any byte is a sign of life", async () => {
      const { texts, untilPhase } = subscribe({ transport });
      const connection = await node.next();
      connection.control(hello(0, 1_000));
      connection.control(live(0));
      await untilPhase("live");
      clock.elapse(2_000);
      connection.event("e1-1", danmaku("still here"));
      await texts(1);
      clock.elapse(2_499);
      clock.elapse(1);
      expect((await untilPhase("resuming")).reason).toEqual({ cause: "silent" });
      await connection.left;
    });

    test("events of a newer server are told as unknown and move the cursor; so are frames ignored", async () => {
      const { feed, next, untilPhase } = subscribe({ transport });
      const connection = await greeted(1);
      await untilPhase("live");
      connection.event("e1-2", { v: 2, type: "poll.opened", room, at: 1, data: { answers: [] } });
      const frame = JSON.stringify({ type: "weather", sunny: true });
      connection.raw(
        transport === "ws" ? frame : `event: control\ndata: ${frame}\n\nevent: other\ndata: ?\n\n`,
      );
      connection.event("e1-3", danmaku("after"));
      expect(await next()).toEqual({ kind: "unknown", cursor: "e1-2", type: "poll.opened" });
      expect(await next()).toMatchObject({ kind: "event", cursor: "e1-3" });
      expect(feed.cursor).toBe("e1-3");
    });

    test("nonsense ends the connection, not the feed", async () => {
      const { untilPhase } = subscribe({ transport });
      const connection = await greeted();
      await untilPhase("live");
      connection.raw(transport === "ws" ? "}{" : "id: e1-99999999999999999\ndata: {}\n\n");
      expect((await untilPhase("resuming")).reason).toEqual({ cause: "protocol" });
      await connection.left;
    });

    test("skipped and reset are told, with the phase", async () => {
      const { next, untilPhase } = subscribe({ transport, since: "e0-5" });
      const connection = await node.next();
      connection.control(hello(50));
      connection.control({ type: "reset", room, reason: "epoch", cursor: "e1-50" });
      expect(await next()).toMatchObject({ kind: "state", phase: "connecting" });
      expect(await next()).toEqual({ kind: "reset", reason: "epoch", cursor: "e1-50" });
      expect(await next()).toMatchObject({ kind: "state", phase: "reset" });
      connection.control(live(50));
      await untilPhase("live");
      connection.control({ type: "skipped", room, count: 9, cursor: "e1-70" });
      expect(await next()).toEqual({ kind: "skipped", by: "server", count: 9, cursor: "e1-70" });
    });

    test("a ticket is asked for anew by every connection", async () => {
      let tickets = 0;
      const { untilPhase } = subscribe({ transport, ticket: async () => `ticket-${++tickets}` });
      const first = await greeted();
      expect(first.query.get("ticket")).toBe("ticket-1");
      await untilPhase("live");
      first.end();
      await untilPhase("resuming");
      clock.elapse(1_000);
      expect((await node.next()).query.get("ticket")).toBe("ticket-2");
    });

    for (const [status, code] of [
      [400, "cursor_malformed"],
      [401, "ticket_required"],
      [403, "ticket_invalid"],
      [404, "room_not_found"],
    ] as const) {
      test(`${status} ${code} closes the feed with the code, although a socket shows no status`, async () => {
        node.intercept = () => Response.json(new AppError(code).toBody(), { status });
        const { untilPhase } = subscribe({ transport });
        expect((await untilPhase("closed")).reason).toEqual({ cause: "refused", status, code });
      });
    }

    test("a full server is asked again after the time it named", async () => {
      const error = new AppError("connections_exhausted", { retryAfterMs: 8_000 });
      node.intercept = () => Response.json(error.toBody(), { status: error.status });
      const { untilPhase, next } = subscribe({ transport });
      await next();
      const { retryAtMs, reason } = await untilPhase("connecting");
      expect(reason).toMatchObject({ cause: "refused", code: "connections_exhausted" });
      expect(retryAtMs).toBe(clock.nowMs() + 8_250);
    });

    test("leaving the loop ends the connection", async () => {
      const { feed } = subscribe({ transport });
      const connection = await greeted();
      for await (const item of feed) if (item.kind === "state" && item.phase === "live") break;
      await connection.left;
      expect(feed.phase).toBe("closed");
    });
  });
}

describe("Retry-After", () => {
  const wait = async (header: string) => {
    node.intercept = () => new Response("<h1>busy</h1>", { status: 503, headers: { "retry-after": header } });
    const { untilPhase, next } = subscribe({ transport: "sse" });
    await next();
    const { retryAtMs } = await untilPhase("connecting");
    return (retryAtMs ?? 0) - clock.nowMs();
  };
  test("in seconds is the least wait, also from a proxy that knows nothing of ours", async () => {
    expect(await wait("12")).toBe(12_250);
  });
  test("as a date is the least wait", async () => {
    clock = createManualClock(Date.UTC(2030, 0, 1));
    expect(await wait("Tue, 01 Jan 2030 00:00:30 GMT")).toBe(30_250);
  });
});

describe("auto", () => {
  test("goes to WebSocket when a proxy holds the stream back, and stays there", async () => {
    const { untilPhase } = subscribe();
    const stream = await node.next();
    expect(stream.via).toBe("sse");
    clock.elapse(5_000);
    const socket = await greeted(3);
    expect(socket.via).toBe("ws");
    await stream.left;
    await untilPhase("live");
    socket.end(4000);
    await untilPhase("resuming");
    clock.elapse(1_000);
    expect(await node.next()).toMatchObject({ via: "ws" });
  });

  test("goes back to SSE when sockets don't get through either", async () => {
    node.intercept = ({ via }) => (via === "ws" ? new Response("", { status: 502 }) : undefined);
    const { untilPhase } = subscribe();
    await node.next();
    clock.elapse(5_000);
    // The refused upgrade is asked about over HTTP; that stream is left as soon as it opens.
    const question = await node.next();
    await question.left;
    await untilPhase("connecting");
    await untilPhase("connecting");
    const { reason, retryAtMs } = await untilPhase("connecting");
    expect(reason).toEqual({ cause: "network" });
    clock.elapse((retryAtMs ?? 0) - clock.nowMs());
    expect((await greeted()).via).toBe("sse");
    await untilPhase("live");
  });

  test("goes to WebSocket where fetch is forbidden, and to SSE where WebSocket is", async () => {
    const forbidden = () => {
      throw new DOMException("not from this page", "SecurityError");
    };
    subscribe({ fetch: forbidden });
    await Bun.sleep(0);
    clock.elapse(0);
    expect((await greeted()).via).toBe("ws");
    class NoSocket extends WebSocket {
      constructor() {
        forbidden();
        super("ws://unreachable");
      }
    }
    const { untilPhase } = subscribe({ WebSocket: NoSocket, transport: "ws" });
    await untilPhase("connecting");
    expect((await untilPhase("connecting")).reason).toEqual({ cause: "network" });
  });

  test("an answer that is not a stream (a captive portal) is not taken for one", async () => {
    node.intercept = ({ via }) => (via === "sse" ? new Response("<h1>Welcome</h1>") : undefined);
    const { untilPhase } = subscribe();
    await untilPhase("connecting");
    await untilPhase("connecting");
    clock.elapse(0);
    expect((await greeted()).via).toBe("ws");
  });
});

describe("the caller", () => {
  test("gets callbacks, which may close the feed from within, and whose errors don't harm it", async () => {
    const told: string[] = [];
    const closed = Promise.withResolvers<void>();
    const feed = subscribeRoom({
      url: node.url,
      room,
      onEvent: ({ cursor }) => {
        told.push(cursor);
        if (cursor === "e1-2") feed.close();
      },
      onState: ({ phase }) => {
        told.push(phase);
        if (phase === "closed") closed.resolve();
      },
    });
    const connection = await greeted(0);
    for (const seq of [1, 2, 3]) connection.event(`e1-${seq}`, danmaku("x"));
    await closed.promise;
    expect(told).toEqual(["connecting", "live", "e1-1", "e1-2", "closed"]);
    await connection.left;
  });

  test("is closed by its signal, before the start or later", async () => {
    const { next } = subscribe({ signal: AbortSignal.abort() });
    const items = [await next(), await next(), await next()];
    expect(items.map((item) => (item?.kind === "state" ? item.phase : item?.kind))).toEqual([
      "connecting",
      "closed",
      undefined,
    ]);
    const stop = new AbortController();
    const later = subscribe({ signal: stop.signal });
    await greeted();
    await later.untilPhase("live");
    stop.abort();
    expect((await later.untilPhase("closed")).reason).toEqual({ cause: "caller" });
  });

  test("hears at once of a room or a cursor that can't be", () => {
    expect(() => subscribeRoom({ url: node.url, room: "../users" })).toThrow(AppError);
    expect(() => subscribeRoom({ url: node.url, room, since: "yesterday" })).toThrow(AppError);
  });

  test("a refused ticket that no retry can change ends the feed", async () => {
    const { untilPhase } = subscribe({ ticket: () => Promise.reject(new AppError("room_password_wrong")) });
    expect((await untilPhase("closed")).reason).toEqual({ cause: "ticket", code: "room_password_wrong" });
  });

  test("a ticket that could not be fetched is fetched again", async () => {
    let tries = 0;
    const { untilPhase } = subscribe({
      ticket: () => (++tries === 1 ? Promise.reject(new TypeError("fetch failed")) : Promise.resolve("good")),
    });
    await untilPhase("connecting");
    expect((await untilPhase("connecting")).reason).toEqual({ cause: "ticket" });
    clock.elapse(1_000);
    expect((await node.next()).query.get("ticket")).toBe("good");
  });

  test("a consumer that is too slow loses the oldest danmaku, and is told how many", async () => {
    const { feed, next } = subscribe({ bufferItemsMax: 100 });
    const connection = await greeted(0);
    for (let seq = 1; seq <= 1_000; seq++) connection.event(`e1-${seq}`, danmaku(String(seq)));
    while (feed.cursor !== "e1-1000") await Bun.sleep(1);
    feed.close();
    let seen = 0;
    let skipped = 0;
    for (let item = await next(); item !== undefined; item = await next()) {
      if (item.kind === "event") seen++;
      if (item.kind === "skipped") skipped += item.count;
    }
    expect(seen + skipped).toBe(1_000);
    expect(seen).toBeLessThanOrEqual(100);
  });
});
