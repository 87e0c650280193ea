import { createLogger } from "@barrage/platform";
import type { FeedStart } from "../feed/feed-start.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { createLoadMeter, type LoadMeter } from "../room/load-meter.ts";
import { Room } from "../room/room.ts";
import { SocketChannel } from "../room/socket-channel.ts";
import { SseChannel } from "../room/sse-channel.ts";
import { createPageReader } from "../session/page-reader.ts";
import { createShownPages } from "../view/shown-pages.ts";
import type { FakeLog } from "./fake-log.ts";
import type { FakeTimers } from "./fake-timers.ts";

interface TestRoomParts {
  readonly id: string;
  readonly log: FakeLog;
  readonly timers: FakeTimers;
  readonly metrics: Metrics;
  readonly start: FeedStart;
  /** How busy the node is; by default as busy as its clock says, which the test owns. */
  readonly load?: LoadMeter;
  readonly tickMsMax?: number;
  /** Few, and a test's viewers are a crowd. */
  readonly laneViewers?: number;
}

/** Small, so that a test reaches them soon. */
export const testLimits = { shedBytes: 4_000, closeBytes: 12_000, stalledMsMax: 60_000 };

const usualLimits = { desktop: 40, small: 15, sameTextPerSecond: 20 };

/** A room over a log and a clock that the test owns. */
export function createTestRoom({
  id,
  log,
  timers,
  metrics,
  start,
  load,
  tickMsMax = 25,
  laneViewers = 1_000,
}: TestRoomParts): Room {
  return new Room(id, {
    options: {
      limits: testLimits,
      ring: { bytesMax: 24_000, countMax: 400 },
      tickMsMax: () => tickMsMax,
      laneViewers,
      resumeEventsMax: 60,
      heartbeatMs: 15_000,
      usualLimitsAt: () => usualLimits,
    },
    deps: {
      logger: createLogger({ name: "test", level: "silent" }),
      metrics,
      load: load ?? createLoadMeter(timers),
      timers,
      limits: undefined,
      wallClock: () => 1,
      createChannels: () => ({ sse: new SseChannel(), ws: new SocketChannel() }),
      createPages: (source) =>
        createPageReader({ ...source, log, now: timers.now, onRead: () => metrics.pageRead() }),
      createShownPages: (source) =>
        createShownPages({ ...source, log, now: timers.now, onRead: () => metrics.pageRead() }),
      onRoomChange: () => {},
    },
    start,
  });
}
