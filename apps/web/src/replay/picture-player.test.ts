import { expect, test } from "bun:test";
import { PicturePlayer, type VideoLike } from "./picture-player.ts";
import { openedDriver } from "./testing/opened-driver.ts";

/** A video that does what it is told at once, and whose time a test moves. */
class FakeVideo extends EventTarget implements VideoLike {
  currentTime = 0;
  ended = false;
  muted = false;
  playbackRate = 1;
  readyState = 0;
  seeking = false;
  volume = 1;
  isPlaying = false;
  /** Whether the browser lets sound begin without a press. */
  isSoundAllowed = true;

  play(): Promise<void> {
    if (!this.isSoundAllowed && !this.muted) return Promise.reject(new DOMException("no", "NotAllowedError"));
    this.isPlaying = true;
    return Promise.resolve();
  }

  pause(): void {
    this.isPlaying = false;
  }

  say(type: string): void {
    this.dispatchEvent(new Event(type));
  }

  load(): void {
    this.readyState = 4;
    this.say("loadedmetadata");
  }
}

function playing(offsetMs: number) {
  const opened = openedDriver(20_000);
  opened.last().place(20_000);
  const player = new PicturePlayer(opened.driver);
  player.open();
  const video = new FakeVideo();
  const detach = player.attach(video, offsetMs);
  return { ...opened, player, video, detach };
}

test("a picture begins where the feed is, and is the clock from then on", () => {
  const { player, video, pass, detach } = playing(5_000);
  expect(player.positionMs()).toBe(20_000);
  pass(1_000);
  video.load();
  expect(video.currentTime).toBe(16);
  expect(video.isPlaying).toBe(true);
  video.currentTime = 18;
  expect(player.positionMs()).toBe(23_000);
  detach();
  expect(video.isPlaying).toBe(false);
  expect(player.positionMs()).toBe(21_000);
});

test("pausing, jumping and speed are the picture's and the feed's", () => {
  const { player, video, last, detach } = playing(-2_000);
  video.load();
  player.pause();
  expect(video.isPlaying).toBe(false);
  player.seek(40_000);
  expect(video.currentTime).toBe(42);
  player.setSpeed(2);
  expect(video.playbackRate).toBe(2);
  player.play();
  expect(video.isPlaying).toBe(true);
  expect(last().told).toEqual(["pause", "seek 40000", "speed 2", "play"]);
  detach();
});

test("while the picture loads the viewer is told, and hears nothing of it after the end", () => {
  const { player, video, last, detach } = playing(0);
  video.load();
  const heard: boolean[] = [];
  player.subscribe(() => heard.push(player.get().isWaiting));
  video.say("waiting");
  video.say("playing");
  expect(heard).toEqual([true, false]);
  last().become("ended");
  expect(video.isPlaying).toBe(false);
  expect(player.get()).toMatchObject({ isEnded: true, isWaiting: false });
  player.play();
  expect(video.currentTime).toBe(0);
  detach();
});

test("where a browser plays no sound by itself, the picture begins without", async () => {
  const { video, detach } = playing(0);
  video.isSoundAllowed = false;
  video.load();
  await Promise.resolve();
  await Promise.resolve();
  expect(video).toMatchObject({ isPlaying: true, muted: true });
  detach();
});

test("a feed that is ahead of its picture stands, and goes on when the picture has come", () => {
  const { driver, last, pass, detach } = playing(0);
  last().told.length = 0;
  pass(2_000);
  driver.follow(20_500);
  expect(last().told).toEqual(["pause"]);
  driver.follow(21_950);
  expect(last().told).toEqual(["pause", "play"]);
  expect(driver.get().isPlaying).toBe(true);
  driver.follow(23_500);
  expect(last().told.slice(2)).toEqual(["speed 2"]);
  pass(800);
  driver.follow(23_600);
  expect(last().told.slice(3)).toEqual(["speed 1"]);
  driver.follow(50_000);
  expect(last().told.slice(4)).toEqual(["seek 50000"]);
  detach();
});
