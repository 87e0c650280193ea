import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type RoomsFeedItem, type RoomsFeedOptions, subscribeRooms } from "@barrage/client";
import { newId } from "@barrage/platform";
import { startApp, type TestApp, waitFor } from "@barrage/testkit";
import { type RoomCluster, startRoomCluster } from "./room-cluster.ts";

let cluster: RoomCluster;
beforeAll(async () => {
  cluster = await startRoomCluster(2);
}, 60_000);
afterAll(() => cluster?.[Symbol.asyncDispose]());

function node(index: number): TestApp {
  const found = cluster.nodes[index];
  if (found === undefined) throw new Error(`there is no node ${index}`);
  return found;
}

/** A feed of several rooms, all that it has yielded, and how many requests it made. */
function watch(options: Partial<RoomsFeedOptions> & Pick<RoomsFeedOptions, "rooms">) {
  const items: RoomsFeedItem[] = [];
  const addresses: URL[] = [];
  const feed = subscribeRooms({
    url: node(0).url,
    backoffBaseMs: 20,
    backoffCapMs: 200,
    view: "all",
    fetch(url, init) {
      addresses.push(url);
      return fetch(url, init);
    },
    WebSocket: class extends WebSocket {
      constructor(url: URL) {
        super(url);
        addresses.push(url);
      }
    },
    ...options,
  });
  const reading = (async () => {
    for await (const item of feed) items.push(item);
  })();
  const texts = (room: string) =>
    items.flatMap((item) =>
      item.room === room && item.kind === "event" && item.event.type === "danmaku.sent"
        ? [item.event.data.text]
        : [],
    );
  const states = (room: string) =>
    items.flatMap((item) => (item.room === room && item.kind === "state" ? [item] : []));
  return {
    feed,
    items,
    addresses,
    texts,
    states,
    areLive: (...rooms: string[]) =>
      waitFor(() => rooms.every((room) => feed.phaseOf(room) === "live"), { what: "the rooms to be live" }),
    has: (room: string, count: number) =>
      waitFor(() => texts(room).length >= count, { what: `${count} danmaku` }),
    [Symbol.asyncDispose]: () => {
      feed.close();
      return reading;
    },
  };
}

const rooms = (count: number) => Promise.all(Array.from({ length: count }, () => cluster.openRoom()));

async function say(room: string, ...texts: string[]): Promise<void> {
  for (const text of texts) await cluster.publishTo(room, text);
}

for (const transport of ["sse", "ws", "auto"] as const) {
  describe(`several rooms with the SDK on real nodes, over ${transport}`, () => {
    test("they share one connection, and each comes in order and once", async () => {
      const many = await rooms(6);
      await using feed = watch({ transport, rooms: many });
      await feed.areLive(...many);
      for (const text of ["1", "2", "3"]) for (const room of many) await say(room, text);
      for (const room of many) await feed.has(room, 3);
      for (const room of many) expect(feed.texts(room)).toEqual(["1", "2", "3"]);
      expect(feed.addresses).toHaveLength(1);
    });

    test("cursors of one life resume each room in the next, on another node", async () => {
      const [a = "", b = ""] = await rooms(2);
      let since: Readonly<Record<string, string>> = {};
      {
        await using first = watch({ transport, rooms: [a, b] });
        await first.areLive(a, b);
        await say(a, "a1");
        await say(b, "b1");
        await first.has(a, 1);
        await first.has(b, 1);
        since = first.feed.cursors;
      }
      await say(a, "a2", "a3");
      await using second = watch({ transport, rooms: [a, b], since, url: node(1).url });
      await second.areLive(a, b);
      await say(b, "b2");
      await second.has(b, 1);
      expect([second.texts(a), second.texts(b)]).toEqual([["a2", "a3"], ["b2"]]);
    });

    test("rooms come and go while the others never pause", async () => {
      const [a = "", b = "", c = ""] = await rooms(3);
      await using feed = watch({ transport, rooms: [a, b] });
      await feed.areLive(a, b);
      const done = new AbortController();
      const sent: string[] = [];
      const talking = (async () => {
        while (!done.signal.aborted) {
          sent.push(String(sent.length));
          await say(a, sent.at(-1) ?? "");
        }
      })();
      feed.feed.add(c);
      await feed.areLive(c);
      feed.feed.remove(b);
      await waitFor(() => feed.states(b).at(-1)?.phase === "closed");
      await say(c, "c1");
      await feed.has(c, 1);
      done.abort();
      await talking;
      await feed.has(a, sent.length);
      expect(feed.texts(a)).toEqual(sent);
      expect(feed.feed.rooms).toEqual([a, c]);
      // It was live once and stayed so: no other phase came after.
      expect(feed.states(a).map(({ phase }) => phase)).toEqual(["connecting", "live"]);
    });

    test("a room that can't be had is closed with its code, and the others go on", async () => {
      const [a = ""] = await rooms(1);
      const nowhere = newId();
      await using feed = watch({ transport, rooms: [nowhere, a, newId()] });
      await feed.areLive(a);
      await waitFor(() => feed.states(nowhere).at(-1)?.phase === "closed");
      expect(feed.states(nowhere).at(-1)?.reason).toMatchObject({ code: "room_not_found", status: 404 });
      await waitFor(() => feed.feed.rooms.length === 1);
      await say(a, "still");
      await feed.has(a, 1);
    });

    test("rooms that are all unknown are all closed, each with its code", async () => {
      const none = [newId(), newId(), newId()];
      await using feed = watch({ transport, rooms: none });
      await waitFor(() => feed.feed.rooms.length === 0);
      for (const room of none)
        expect(feed.states(room).at(-1)?.reason).toMatchObject({ code: "room_not_found" });
    });

    test("a node that goes away and comes back loses and repeats nothing in any room", async () => {
      const many = await rooms(4);
      const variables = { ...cluster.variables, GOODBYE_SPREAD_MS: "50" };
      const mortal = await startApp("realtime", variables);
      await using feed = watch({ transport, rooms: many, url: mortal.url });
      await feed.areLive(...many);
      for (const room of many) await say(room, "before");
      for (const room of many) await feed.has(room, 1);
      const { port } = new URL(mortal.url);
      await mortal.stop();
      for (const room of many) await say(room, "between");
      await using _back = await startApp("realtime", { ...variables, PORT: port });
      for (const room of many) await feed.has(room, 2);
      await feed.areLive(...many);
      for (const room of many) await say(room, "after");
      for (const room of many) await feed.has(room, 3);
      for (const room of many) expect(feed.texts(room)).toEqual(["before", "between", "after"]);
    }, 30_000);
  });
}
