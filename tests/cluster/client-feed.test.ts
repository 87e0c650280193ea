import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type FeedItem, type RoomFeed, type RoomFeedOptions, subscribeRoom } from "@barrage/client";
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

/** A feed, and all that it has yielded. */
function watch(options: Partial<RoomFeedOptions>) {
  const items: FeedItem[] = [];
  const feed: RoomFeed = subscribeRoom({
    url: node(0).url,
    room: cluster.room,
    backoffBaseMs: 20,
    backoffCapMs: 200,
    // Texts are published faster than people read: the limiter would make its choice among them.
    view: "all",
    ...options,
  });
  const reading = (async () => {
    for await (const item of feed) items.push(item);
  })();
  const texts = () =>
    items.flatMap((item) =>
      item.kind === "event" && item.event.type === "danmaku.sent" ? [item.event.data.text] : [],
    );
  return {
    feed,
    items,
    texts,
    isLive: () => waitFor(() => feed.phase === "live", { what: "the feed to be live" }),
    has: (count: number) => waitFor(() => texts().length >= count, { what: `${count} danmaku` }),
    [Symbol.asyncDispose]: () => {
      feed.close();
      return reading;
    },
  };
}

async function publish(texts: readonly string[]) {
  for (const text of texts) await cluster.publish(text);
}

const numbered = (name: string, from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `${name} ${from + index}`);

for (const transport of ["sse", "ws", "auto"] as const) {
  describe(`the SDK on real nodes, over ${transport}`, () => {
    test("events come live; a cursor from one node resumes on the other, without loss or repeat", async () => {
      const before = numbered(transport, 0, 20);
      const between = numbered(transport, 20, 30);
      const after = numbered(transport, 50, 20);
      let since: string | undefined;
      {
        await using first = watch({ transport });
        await first.isLive();
        await publish(before);
        await first.has(20);
        expect(first.texts()).toEqual(before);
        since = first.feed.cursor;
      }
      await publish(between);
      await using second = watch({ transport, url: node(1).url, ...(since === undefined ? {} : { since }) });
      await second.isLive();
      await publish(after);
      await second.has(50);
      expect(second.texts()).toEqual([...between, ...after]);
      expect(second.items.some(({ kind }) => kind === "reset" || kind === "skipped")).toBe(false);
    });

    test("the tail comes first", async () => {
      // The tail ends where the node is: with a viewer there, we know that it has all that was published.
      await using witness = watch({ transport });
      await witness.isLive();
      await publish(numbered("tail", 0, 10));
      await witness.has(10);
      await using feed = watch({ transport, tail: 4 });
      await feed.isLive();
      await publish(["tail live"]);
      await feed.has(5);
      expect(feed.texts()).toEqual([...numbered("tail", 6, 4), "tail live"]);
    });

    test("a room that does not exist ends the feed with its code", async () => {
      await using feed = watch({ transport, room: newId() });
      await waitFor(() => feed.feed.phase === "closed");
      expect(feed.items.at(-1)).toMatchObject({
        phase: "closed",
        reason: { cause: "refused", status: 404, code: "room_not_found" },
      });
    });

    test("a node that shuts down and comes back on its address loses and repeats nothing", async () => {
      const variables = { ...cluster.variables, GOODBYE_SPREAD_MS: "50" };
      const mortal = await startApp("realtime", variables);
      await using feed = watch({ transport, url: mortal.url });
      await feed.isLive();
      await publish(numbered("a", 0, 5));
      await feed.has(5);
      const { port } = new URL(mortal.url);
      await mortal.stop();
      await publish(numbered("a", 5, 5));
      await using _back = await startApp("realtime", { ...variables, PORT: port });
      await feed.has(10);
      await feed.isLive();
      await publish(numbered("a", 10, 5));
      await feed.has(15);
      expect(feed.texts()).toEqual(numbered("a", 0, 15));
      const reasons = feed.items.flatMap((item) =>
        item.kind === "state" && item.reason ? [item.reason.cause] : [],
      );
      expect(reasons[0]).toBe("goodbye");
    }, 30_000);
  });
}
