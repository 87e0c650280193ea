import type { LiveSettings, Logger, RoomLog, RoomStates } from "@barrage/platform";
import type { RealtimeConfig } from "../config.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { createPageReader } from "../session/page-reader.ts";
import { systemTimers } from "../timers.ts";
import { createShownPages } from "../view/shown-pages.ts";
import type { UsualLimitsAt } from "../view/view-name.ts";
import type { LoadMeter } from "./load-meter.ts";
import { createRoomFacts } from "./room-facts.ts";
import { type RegistryOptions, RoomRegistry } from "./room-registry.ts";
import { SseChannel } from "./sse-channel.ts";
import { WsChannel } from "./ws-channel.ts";

interface RegistryWiring {
  readonly config: RealtimeConfig;
  readonly logger: Logger;
  readonly log: RoomLog;
  readonly states: Pick<RoomStates, "get">;
  readonly metrics: Metrics;
  readonly settings: Pick<LiveSettings, "get">;
  /** What is shown of a crowd where a room has no limits of its own. */
  readonly usualLimitsAt: UsualLimitsAt;
  readonly random: () => number;
  readonly load: LoadMeter;
  /** Sends a text frame to every WebSocket that is subscribed to the topic. */
  readonly publish: (topic: string, text: string) => void;
}

/** Who asks for more of the newest events reads them from the api. */
const prefill = { count: 200, spanMs: 6_000 };
const waitingEntriesMax = 10_000;
const catchUpDeadlineMs = 3_000;
/** The ring must reach further back than any viewer may fall behind, and than the limiter's memory in a crowd. */
const ringPerCloseBytes = 4;
const ringEntriesMax = 32_768;
/** Writing to so many takes some 5 ms: shorter turns would only make more batches. */
const laneViewers = 1_250;

/** Builds the registry of rooms, with real time. */
export function createRoomRegistry(wiring: RegistryWiring): RoomRegistry {
  const { config, logger, log, states, metrics, load, random, publish } = wiring;
  const timers = systemTimers;
  const publishMeasured = (topic: string, text: string) => {
    publish(topic, text);
    load.addHandedOver();
  };
  return new RoomRegistry({
    options: registryOptions(wiring),
    deps: {
      logger,
      random,
      returnSpreadMs: config.goodbyeSpreadMs,
      facts: createRoomFacts({ states, sleep: timers.sleep }),
      feed: { log, logger, random, timers, onRepair: () => metrics.repaired() },
      createRoomDeps: (roomId, { limits }, onRoomChange) => ({
        limits,
        logger,
        metrics,
        load,
        timers,
        onRoomChange,
        wallClock: () => Date.now(),
        createChannels: (name) => ({
          sse: new SseChannel(),
          ws: new WsChannel({ topic: `${roomId}.${name}`, publish: publishMeasured }),
        }),
        createPages: (source) =>
          createPageReader({ ...source, log, now: timers.now, onRead: () => metrics.pageRead() }),
        createShownPages: (source) =>
          createShownPages({ ...source, log, now: timers.now, onRead: () => metrics.pageRead() }),
      }),
    },
  });
}

function registryOptions({ config, settings, usualLimitsAt }: RegistryWiring): RegistryOptions {
  const { shedBytes, closeBytes, stalledMsMax, resumeEventsMax, heartbeatMs } = config;
  return {
    room: {
      limits: { shedBytes, closeBytes, stalledMsMax },
      ring: { bytesMax: closeBytes * ringPerCloseBytes, countMax: ringEntriesMax },
      tickMsMax: () => settings.get("realtime.tickMsMax"),
      laneViewers,
      resumeEventsMax,
      heartbeatMs,
      usualLimitsAt,
    },
    feed: { tailCheckMs: config.tailCheckMs, prefill, waitingMax: waitingEntriesMax },
    lingerMs: config.roomLingerMs,
    roomsMax: config.roomsMax,
    catchUpDeadlineMs,
  };
}
