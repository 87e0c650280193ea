import { expect, test } from "bun:test";
import { ann, danmaku, wordsOf } from "../room/testing/feed-items.ts";
import { durationMs, openedDriver as opened } from "./testing/opened-driver.ts";

test("the clock starts with the feed, runs at the speed, stands in a pause, and never runs beyond the end", () => {
  const { driver, last, pass } = opened(10_000);
  pass(5_000);
  expect(driver.positionMs()).toBe(10_000);
  expect(driver.get().isWaiting).toBe(true);
  last().place(10_000);
  pass(1_000);
  expect(driver.positionMs()).toBe(11_000);
  driver.setSpeed(4);
  pass(1_000);
  expect(driver.positionMs()).toBe(15_000);
  driver.pause();
  pass(9_000);
  expect(driver.positionMs()).toBe(15_000);
  driver.play();
  pass(100_000);
  expect(driver.positionMs()).toBe(durationMs);
  expect(last().told).toEqual(["speed 4", "pause", "play"]);
});

test("a jump empties the chat, recalls what was said before it, and waits for the feed", () => {
  const { driver, store, last, recalls } = opened();
  last().place(0);
  last().request.onEvent(item(1));
  expect(wordsOf(store.get())).toEqual(["Annabel: word 1"]);
  driver.seek(99_000);
  expect(driver.positionMs()).toBe(durationMs);
  expect(driver.get()).toMatchObject({ isWaiting: true, moves: 2 });
  expect(wordsOf(store.get())).toEqual([]);
  expect(recalls).toEqual([0, durationMs]);
  expect(last().told).toEqual([`seek ${durationMs}`]);
  expect(store.get().viewers).toBeNull();
  last().place(durationMs);
  expect(store.get().viewers).toBe(3);
});

test("while the connection is lost the clock stands; connected anew far behind, the feed is led to the viewer", () => {
  const { driver, last, pass } = opened();
  last().place(0);
  pass(30_000);
  last().become("connecting");
  pass(60_000);
  expect(driver.positionMs()).toBe(30_000);
  expect(driver.get().trouble).toMatchObject({ isFinal: false });
  last().place(12_000);
  expect(last().told).toEqual(["seek 30000"]);
  last().place(30_000);
  pass(1_000);
  expect(driver.positionMs()).toBe(31_000);
  expect(driver.get().trouble).toBeNull();
});

test("what was asked for while there was no connection is asked for again", () => {
  const { driver, last } = opened();
  driver.pause();
  driver.setSpeed(2);
  last().told.length = 0;
  last().place(0, { speed: 1 });
  expect(last().told).toEqual(["speed 2", "pause"]);
});

test("at the end it stands; played again, it begins anew; a jump back needs a new feed", () => {
  const { driver, feeds, last } = opened();
  last().place(0);
  last().become("ended");
  expect(driver.get()).toMatchObject({ isEnded: true, isPlaying: false });
  expect(driver.positionMs()).toBe(durationMs);
  driver.play();
  expect(feeds.length).toBe(2);
  expect(last().request.from).toBe(0);
  last().place(0);
  last().become("ended");
  driver.seek(20_000);
  expect(last().request.from).toBe(20_000);
  // Standing before, it stands there.
  expect(last().told).toEqual(["pause"]);
});

test("what is live becomes a replay when it is paused, and goes on from there", () => {
  const { driver, feeds, last } = opened();
  last().place(59_000);
  last().become("live");
  expect(driver.get()).toMatchObject({ isLive: true, trouble: null });
  driver.pause();
  expect(feeds[0]?.told).toEqual(["close"]);
  expect(driver.get()).toMatchObject({ isLive: false, isPlaying: false, trouble: null });
  driver.play();
  expect(last().request.from).toBe(durationMs);
});

test("a feed that was replaced is not heard any more, and closing says nothing of a fault", () => {
  const { driver, store, feeds, last } = opened();
  last().place(0);
  last().become("ended");
  driver.seek(1_000);
  feeds[0]?.request.onEvent(item(7));
  expect(wordsOf(store.get())).toEqual([]);
  driver.close();
  expect(driver.get().trouble).toBeNull();
});

function item(seq: number) {
  const made = danmaku(seq, ann, `word ${seq}`);
  if (made.kind !== "event") throw new Error("not an event");
  return made;
}
