import type { ReplayPhase, ReplayPlaceItem, RoomReplay } from "@barrage/client";
import { createRoomFeed } from "../../room/room-feed.ts";
import { createRoomStore } from "../../room/room-store.ts";
import { ReplayDriver, type ReplayDriverDeps } from "../replay-driver.ts";

/** How long the session of a test is. */
export const durationMs = 60_000;
type Request = Parameters<ReplayDriverDeps["openFeed"]>[0];

/** A feed that says nothing by itself and writes down what it is told. */
export class SilentFeed implements RoomReplay {
  readonly cursor = undefined;
  readonly told: string[] = [];
  phase: ReplayPhase = "connecting";
  readonly request: Request;

  constructor(request: Request) {
    this.request = request;
  }

  pause = () => void this.told.push("pause");
  play = () => void this.told.push("play");
  seek = (offsetMs: number) => void this.told.push(`seek ${offsetMs}`);
  setSpeed = (speed: number | "max") => void this.told.push(`speed ${speed}`);
  close(): void {
    this.told.push("close");
    this.become("closed");
  }

  become(phase: ReplayPhase): void {
    this.phase = phase;
    this.request.onPhase?.(phase, phase === "closed" ? { cause: "caller" } : { cause: "network" });
  }

  place(offsetMs: number, more: Partial<ReplayPlaceItem> = {}): void {
    this.request.onPlace?.({
      type: "replay",
      room: "room000000000001",
      session: "session000000001",
      cursor: "e-1",
      startedAtMs: 0,
      endedAtMs: durationMs,
      offsetMs,
      speed: 1,
      isPaused: false,
      state: { viewers: 3, lotteries: [] },
      heartbeatMs: 1_000,
      ...more,
    });
  }
}

/** A driver of a session of a minute, on feeds and a clock that the test moves; it plays. */
export function openedDriver(fromMs = 0) {
  const feeds: SilentFeed[] = [];
  const recalls: number[] = [];
  let nowMs = 0;
  const store = createRoomStore({
    initial: createRoomFeed({ me: null, face: null, role: null }),
    nowMs: () => nowMs,
    atNextFrame: (callback) => {
      callback();
      return () => {};
    },
  });
  const driver = new ReplayDriver({
    store,
    openFeed(request) {
      const feed = new SilentFeed(request);
      feeds.push(feed);
      return feed;
    },
    recall: async (beforeMs) => {
      recalls.push(beforeMs);
      return [];
    },
    durationMs: () => durationMs,
    now: () => nowMs,
  });
  driver.open(fromMs, true);
  const last = () => {
    const feed = feeds.at(-1);
    if (feed === undefined) throw new Error("there is no feed");
    return feed;
  };
  return { driver, store, feeds, recalls, last, pass: (ms: number) => void (nowMs += ms) };
}
