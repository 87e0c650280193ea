import { expect, test } from "bun:test";
import { createRoomFeed } from "./room-feed.ts";
import { createRoomStore } from "./room-store.ts";
import { ann, ben, danmaku, face, phase, wordsOf } from "./testing/feed-items.ts";

function createStore() {
  const frames: (() => void)[] = [];
  const store = createRoomStore({
    initial: createRoomFeed({ me: ann, face, role: "viewer" }),
    nowMs: () => 5_000,
    atNextFrame: (callback) => {
      frames.push(callback);
      return () => void frames.splice(frames.indexOf(callback), 1);
    },
  });
  return {
    store,
    frame: () => frames.splice(0).forEach((callback) => callback()),
    waiting: () => frames.length,
  };
}

test("a crowd costs one change a frame, in order", () => {
  const { store, frame, waiting } = createStore();
  let changes = 0;
  store.subscribe(() => (changes += 1));
  store.push(phase("live"));
  for (let seq = 1; seq <= 100; seq++) store.push(danmaku(seq, ben, `n${seq}`));
  expect(changes).toBe(0);
  expect(waiting()).toBe(1);
  frame();
  expect(changes).toBe(1);
  expect(wordsOf(store.get())).toEqual(Array.from({ length: 100 }, (_, index) => `Benedict: n${index + 1}`));
});

test("without frames (a hidden tab) what waits is bounded", () => {
  const { store } = createStore();
  for (let seq = 1; seq <= 1_234; seq++) store.push(danmaku(seq, ben, `n${seq}`));
  expect(store.get().added).toBe(1_000);
});

test("what this viewer does shows at once, after everything that came before", () => {
  const { store, frame, waiting } = createStore();
  store.push(danmaku(1, ben, "first"));
  store.dispatch({
    type: "drafted",
    draft: { key: "key0000000000001", content: { kind: "super", text: "second" } },
    nowMs: 5_000,
  });
  expect(wordsOf(store.get())).toEqual(["Benedict: first", "Annabel: second"]);
  expect(waiting()).toBe(0);
  frame();
  expect(store.get().added).toBe(2);
});
