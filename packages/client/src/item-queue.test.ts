import { expect, test } from "bun:test";
import type { RoomEvent } from "@barrage/protocol";
import * as fc from "fast-check";
import type { FeedItem } from "./feed/feed-item.ts";
import { createItemQueue } from "./item-queue.ts";

const room = "room0000";
const message = { id: "message0", session: "session0" };
const viewer = { id: "user0000", name: "someone", role: "viewer" } as const;
const danmaku: RoomEvent = {
  v: 1,
  type: "danmaku.sent",
  room,
  at: 1,
  by: viewer,
  data: { ...message, text: "hi", color: "#ffffff", mode: "scroll" },
};
const gift: RoomEvent = {
  v: 1,
  type: "gift.sent",
  room,
  at: 1,
  data: { ...message, gift: "rocket", count: 1 },
};
const item = (event: RoomEvent, seq: number): FeedItem => ({ kind: "event", event, cursor: `e1-${seq}` });

function drain(items: readonly FeedItem[], itemsMax: number): FeedItem[] {
  const queue = createItemQueue(itemsMax);
  for (const each of items) queue.push(each);
  return Array.from({ length: items.length + 1 }, () => queue.shift()).filter((each) => each !== undefined);
}

test("danmaku make room for gifts: the oldest go first, counted where they were", () => {
  const items = [item(danmaku, 1), item(gift, 2), item(danmaku, 3), item(gift, 4), item(danmaku, 5)];
  expect(drain(items, 4)).toEqual([
    { kind: "skipped", by: "client", count: 2, cursor: "e1-3" },
    item(gift, 2),
    item(gift, 4),
    item(danmaku, 5),
  ]);
});

test("what is never shed by the server goes only when there is nothing else, and is counted too", () => {
  const gifts = [1, 2, 3, 4, 5].map((seq) => item(gift, seq));
  expect(drain(gifts, 4)).toEqual([
    { kind: "skipped", by: "client", count: 2, cursor: "e1-2" },
    ...gifts.slice(2),
  ]);
});

test("states and resets survive any pressure; superseded states are merged", () => {
  const states: FeedItem[] = [
    { kind: "state", phase: "connecting" },
    { kind: "state", phase: "live" },
    { kind: "reset", reason: "trimmed", cursor: "e1-9" },
  ];
  expect(
    drain([...states, ...Array.from({ length: 50 }, (_, seq) => item(danmaku, seq + 10))], 8),
  ).toContainEqual({
    kind: "reset",
    reason: "trimmed",
    cursor: "e1-9",
  });
});

test("whatever comes, every event is either yielded, in order, or counted; the queue stays within its bound", () => {
  const kinds = fc.array(fc.constantFrom("danmaku", "gift", "shift"), { maxLength: 400 });
  fc.assert(
    fc.property(kinds, fc.integer({ min: 4, max: 50 }), (script, itemsMax) => {
      const queue = createItemQueue(itemsMax);
      const seen: number[] = [];
      let counted = 0;
      const take = () => {
        const next = queue.shift();
        if (next?.kind === "skipped") counted += next.count;
        if (next?.kind === "event") seen.push(Number(next.cursor.slice(3)));
        return next;
      };
      let seq = 0;
      for (const step of script) {
        if (step === "shift") take();
        else queue.push(item(step === "gift" ? gift : danmaku, ++seq));
      }
      let left = 0;
      while (take() !== undefined) left++;
      expect(left).toBeLessThanOrEqual(itemsMax);
      expect(seen.length + counted).toBe(seq);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    }),
  );
});

test("a danmaku that goes is counted with all it stood for", () => {
  const queue = createItemQueue(8);
  for (let seq = 1; seq <= 9; seq++) {
    queue.push({ kind: "event", cursor: `e-${seq}`, event: danmaku });
    if (seq === 1 || seq === 9) queue.push({ kind: "merged", cursor: `e-${seq}`, count: 6 });
  }
  const left: FeedItem[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) left.push(item);
  const shown = left.filter(({ kind }) => kind === "event").length;
  const skipped = left.reduce((sum, item) => sum + (item.kind === "skipped" ? item.count : 0), 0);
  expect(shown + skipped).toBe(9 + 5);
  expect(left.at(-1)).toEqual({ kind: "merged", cursor: "e-9", count: 6 });
});
