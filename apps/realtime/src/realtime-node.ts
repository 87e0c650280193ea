import {
  type BlobStore,
  type Bus,
  busTopics,
  type Health,
  type LiveSettings,
  type Logger,
  type Meters,
  type NatsLink,
  type RoomLog,
  type RoomStates,
  type Service,
  sleepUnlessAborted,
  type Tickets,
  type UniqueCounter,
} from "@barrage/platform";
import type { Beating } from "./admission/seat.ts";
import { createAnnouncer } from "./announce.ts";
import type { RealtimeConfig } from "./config.ts";
import { drainViewers } from "./drain/drain-viewers.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import type { RoomsStreams } from "./multiplex/rooms-streams.ts";
import { createWorkReport } from "./ops/create-work-report.ts";
import { startPresenceReporter } from "./presence/presence-reporter.ts";
import { rollCall } from "./presence/roll-call.ts";
import { createUniqueViewers, type UniqueViewers } from "./presence/unique-viewers.ts";
import type { Replays } from "./replay/open-replay.ts";
import { createRevocation, type Revocation } from "./revocation/create-revocation.ts";
import { createRoomRegistry } from "./room/create-room-registry.ts";
import { createLoadMeter, type LoadMeter } from "./room/load-meter.ts";
import type { RoomRegistry } from "./room/room-registry.ts";
import { createGate, serveViewers } from "./serve-viewers.ts";
import { HeartbeatWheel } from "./session/heartbeat-wheel.ts";
import { MemoryTrim } from "./session/memory-trim.ts";
import { createUsualLimits } from "./settings/usual-limits.ts";
import { systemTimers } from "./timers.ts";
import type { WsData } from "./transport/ws-handlers.ts";

export interface RealtimeNodeDeps {
  readonly config: RealtimeConfig;
  readonly logger: Logger;
  readonly health: Health;
  readonly log: RoomLog;
  readonly states: Pick<RoomStates, "get">;
  readonly tickets: Pick<Tickets, "redeem">;
  readonly settings: Pick<LiveSettings, "get" | "at" | "changesOf" | "onChange">;
  readonly bus: Pick<Bus, "broadcast" | "listen" | "contribute">;
  readonly uniqueCounter: UniqueCounter;
  readonly link: NatsLink;
  /** This process, by an id that no other has had. */
  readonly nodeId: string;
  /** Where sessions are archived; undefined: there are no replays. */
  readonly archive: Pick<BlobStore, "get"> | undefined;
  readonly random: () => number;
  /** What else of this process is metered; left out, its own alone. */
  readonly meters?: Meters;
  /** The figures of all processes of a group; undefined: this one is alone. */
  readonly groupFigures?: () => Promise<string>;
}

/** A push node. Stopping it says goodbye to its viewers and closes what it opened; what was given stays the giver's. */
export interface RealtimeNode extends Service {
  readonly metrics: Metrics;
  /** Its address. @throws before it has started. */
  readonly url: () => string;
  /** What this process counts, in the Prometheus text format; empty before it has started. */
  readonly figures: () => Promise<string>;
}

/** Two of these and one round of the worker's counting make less than 2 s. */
const presencePeriodMs = 500;
const sweepPeriodMs = 250;
/** Goodbyes that are written need a moment to leave; who reads nothing is not waited for. */
const farewellMsMax = 1_000;
/** Of the time to shut down: what is kept for all that comes after the viewers were moved. */
const drainReserveMs = 3_000;

/** Builds a push node: feed → room → session → transport, and the HTTP server around it. */
export function createRealtimeNode(deps: RealtimeNodeDeps): RealtimeNode {
  const { config, random } = deps;
  const metrics = createMetrics(deps);
  const publish = (topic: string, text: string) => void running?.server.publish(topic, text);
  const load = createLoadMeter(systemTimers);
  const usualLimitsAt = createUsualLimits(deps.settings);
  const registry = createRoomRegistry({ ...deps, metrics, load, publish, usualLimitsAt });
  const returnMs = () => Math.ceil(random() * config.goodbyeSpreadMs);
  let running: Running | undefined;
  let isDraining = false;
  const url = () => {
    if (running === undefined) throw new Error("the realtime node has not started");
    const scheme = config.tlsCertFile === undefined ? "http" : "https";
    return `${scheme}://${config.host === "0.0.0.0" ? "127.0.0.1" : config.host}:${running.server.port}`;
  };

  return {
    name: "realtime",
    metrics,
    figures: async () => (await running?.figures()) ?? "",
    async start() {
      const uniques = uniqueViewersOf(deps, registry);
      const timers = startTimers(deps, registry, uniques);
      const revocation = createRevocation({ bus: deps.bus, returnMs, now: () => performance.now() });
      const { wheel } = timers;
      const gate = createGate(deps, { registry, usualLimitsAt, isDraining: () => isDraining });
      const { arrivals } = gate.limits;
      const trim = new MemoryTrim({ arrivals, busyShare: load.busyShare, trim: () => Bun.shrink() });
      const parts = { gate, registry, metrics, wheel, revocation, uniques, usualLimitsAt };
      const serving = serveViewers(deps, parts);
      const announcer = announcerOf(deps, { registry, metrics, limits: gate.limits, load, url });
      running = { ...serving, timers, revocation, announcer, stopTrim: trim.start() };
      await announcer.start?.();
    },
    async stop(signal) {
      isDraining = true;
      await moveAway(deps, registry, signal);
      running?.replays.endAll("goodbye", returnMs);
      registry.endAll("goodbye", returnMs);
      // Those that follow no room at the moment.
      running?.rooms.endAll("goodbye", returnMs);
      if (running !== undefined) await shutDown(running, signal);
      await registry.close();
    },
    url,
  };
}

function uniqueViewersOf({ uniqueCounter }: RealtimeNodeDeps, registry: RoomRegistry): UniqueViewers {
  return createUniqueViewers({
    counter: uniqueCounter,
    liveRooms: () => registry.liveRooms(),
    liveRoom: (roomId) => registry.liveRoom(roomId),
    now: () => performance.now(),
  });
}

interface Announced extends Pick<Parameters<typeof createWorkReport>[0], "registry" | "metrics" | "limits"> {
  readonly load: LoadMeter;
  readonly url: () => string;
}

function announcerOf(deps: RealtimeNodeDeps, { load, url, ...parts }: Announced): Service {
  const { count, connectionsMax } = parts.limits;
  return createAnnouncer(deps, {
    url,
    load: () => ({
      connections: count(),
      connectionsMax: connectionsMax(),
      busyShare: Math.min(1, load.busyShare()),
    }),
    work: createWorkReport(parts),
  });
}

/** Moves the viewers to other nodes; those who are left when the deadline is near go together. */
async function moveAway(
  { config, random }: RealtimeNodeDeps,
  registry: RoomRegistry,
  signal: AbortSignal,
): Promise<void> {
  const { shutdownDeadlineMs, drainNoticeMs, drainPercentPerSecond: percentPerSecond } = config;
  const lastMs = Math.max(0, shutdownDeadlineMs - drainReserveMs);
  const hurry = AbortSignal.any([signal, AbortSignal.timeout(lastMs)]);
  if (!hasAny(registry.sessions())) return;
  await sleepUnlessAborted(Math.min(drainNoticeMs, lastMs), hurry);
  const withinMs = Math.max(1, lastMs - drainNoticeMs);
  const sessions = () => registry.sessions();
  await drainViewers({ sessions, timers: systemTimers, random }, { percentPerSecond, withinMs }, hurry);
}

function hasAny(items: Iterable<unknown>): boolean {
  for (const _item of items) return true;
  return false;
}

interface Running {
  readonly server: Bun.Server<WsData>;
  readonly replays: Replays;
  readonly rooms: RoomsStreams;
  readonly figures: () => Promise<string>;
  readonly timers: Timers;
  readonly revocation: Revocation;
  readonly announcer: Service;
  readonly stopTrim: () => void;
}

interface Timers {
  readonly wheel: HeartbeatWheel<Beating>;
  readonly stop: () => Promise<void>;
}

function startTimers(
  { config, bus, nodeId }: RealtimeNodeDeps,
  registry: RoomRegistry,
  uniques: UniqueViewers,
): Timers {
  const wheel = new HeartbeatWheel<Beating>({
    periodMs: config.heartbeatMs / 2,
    visit: (member) => member.heartbeat(),
  });
  const viewerCounts = () => registry.viewerCounts();
  const stopPresence = startPresenceReporter({
    bus,
    nodeId,
    viewerCounts,
    uniques,
    periodMs: presencePeriodMs,
  });
  const stopRollCalls = bus.contribute(busTopics.rollCall, ({ roomId, viewersMax }) => {
    const viewers = registry.viewersOf(roomId);
    return viewers.length === 0 ? undefined : rollCall(viewers, viewersMax);
  });
  const sweeping = setInterval(() => registry.sweep(), sweepPeriodMs);
  const ticking = setInterval(() => registry.tick(config.silenceTickMs), config.silenceTickMs);
  const stop = async () => {
    wheel.close();
    clearInterval(sweeping);
    clearInterval(ticking);
    stopRollCalls();
    await stopPresence();
  };
  return { wheel, stop };
}

async function shutDown(
  { server, timers, revocation, announcer, stopTrim }: Running,
  signal: AbortSignal,
): Promise<void> {
  const hurry = AbortSignal.any([signal, AbortSignal.timeout(farewellMsMax)]);
  while (!hurry.aborted && server.pendingRequests + server.pendingWebSockets > 0) await Bun.sleep(10);
  stopTrim();
  await announcer.stop(signal);
  await timers.stop();
  revocation.close();
  await server.stop(true);
}
