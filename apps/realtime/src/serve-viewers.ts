import { toAppError } from "@barrage/protocol";
import { createAcceptPace } from "./admission/accept-pace.ts";
import { createAdmitToRoom, createAdmitViewer } from "./admission/admit-viewer.ts";
import { clientAddress } from "./admission/client-address.ts";
import { createConnectionLimits } from "./admission/connection-limits.ts";
import type { OpenStreamDeps } from "./admission/open-stream.ts";
import { createOriginPolicy } from "./admission/origin-policy.ts";
import { type Beating, Seat } from "./admission/seat.ts";
import { createViewerKey } from "./admission/viewer-key.ts";
import { createApp } from "./app.ts";
import type { RealtimeConfig } from "./config.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { createRoomsStreams, type RoomsStreams } from "./multiplex/rooms-streams.ts";
import type { UniqueViewers } from "./presence/unique-viewers.ts";
import type { RealtimeNodeDeps } from "./realtime-node.ts";
import { createReplays, type Replays } from "./replay/open-replay.ts";
import { createReplaySessions } from "./replay/replay-sessions.ts";
import type { Revocation } from "./revocation/create-revocation.ts";
import type { RoomRegistry } from "./room/room-registry.ts";
import type { HeartbeatWheel } from "./session/heartbeat-wheel.ts";
import { systemTimers } from "./timers.ts";
import { readNodeTls } from "./tls/read-node-tls.ts";
import { createWsHandlers, type WsData } from "./transport/ws-handlers.ts";
import type { UsualLimitsAt } from "./view/view-name.ts";

interface ServeParts {
  readonly gate: Gate;
  readonly registry: RoomRegistry;
  readonly metrics: Metrics;
  readonly wheel: HeartbeatWheel<Beating>;
  readonly revocation: Revocation;
  readonly uniques: UniqueViewers;
  readonly usualLimitsAt: UsualLimitsAt;
}

/** What serves viewers of a node. */
interface Serving {
  readonly server: Bun.Server<WsData>;
  readonly rooms: RoomsStreams;
  readonly replays: Replays;
  /** What this process counts, in the Prometheus text format. */
  readonly figures: () => Promise<string>;
}

const idleTimeoutS = 30;
const streamSlackS = 10;
const requestBytesMax = 16 * 1_024;
/** Rooms that were refused for now are asked for again after a time of their own. */
const retryMsMin = 1_000;
const retryMsSpread = 4_000;

/** Starts the node's HTTP server, with all that lets viewers in. The caller stops it. */
export function serveViewers(deps: RealtimeNodeDeps, parts: ServeParts): Serving {
  const { config, health, random, link } = deps;
  const isLogReachable = () => link.isConnected();
  const { gate, metrics, wheel, revocation, uniques } = parts;
  const peerOf = (request: Request) => server.requestIP(request)?.address;
  const seatDeps = { revocation, uniques };
  const viewerDeps = { ...seatDeps, wheel };
  const lastingS = streamTimeoutS(config);
  const streams: OpenStreamDeps = {
    origins: gate.origins,
    admit: createAdmitViewer(gate),
    seat: (admission) => new Seat(admission, viewerDeps),
    gzip: config.sseGzip,
    addressOf: (request) => clientAddress(request, { trustProxy: config.trustProxy, peerOf }),
    letLast: (request) => server.timeout(request, lastingS),
    upgrade: (request, data) => server.upgrade(request, { data }),
  };
  const onRefused = (error: unknown) => noteRefusal(error, deps, metrics);
  const rooms = createRoomsStreams({
    ...gate,
    streams,
    wheel,
    seatDeps,
    onRefused,
    roomsMax: config.roomsPerConnectionMax,
    waitingBytesMax: config.closeBytes,
    retryMs: () => retryMsMin + random() * retryMsSpread,
    now: systemTimers.now,
  });
  const replays = serveReplays(deps, streams, parts);
  const figures = () => render(parts);
  const renderMetrics = deps.groupFigures ?? figures;
  const app = createApp({
    streams,
    rooms,
    replays,
    health,
    isLogReachable,
    renderMetrics,
    onRefused,
    random,
  });
  const server = listen(config, (request) => app.fetch(request));
  return { server, rooms, replays, figures };
}

function render({ metrics, gate, registry }: ServeParts): Promise<string> {
  return metrics.render({
    viewers: gate.limits.count,
    rooms: () => registry.size,
    ring_bytes: () => registry.load().ringBytes,
    behind_bytes: () => registry.load().behindBytes,
  });
}

function noteRefusal(error: unknown, { logger }: RealtimeNodeDeps, metrics: Metrics): void {
  const { code } = toAppError(error);
  metrics.refused(code);
  // Nobody's doing but ours: the viewer is not told what it was.
  if (code === "internal") logger.error({ error }, "a viewer could not be answered");
}

function serveReplays(
  deps: RealtimeNodeDeps,
  streams: OpenStreamDeps,
  { revocation, usualLimitsAt }: Pick<ServeParts, "revocation" | "usualLimitsAt">,
): Replays {
  const { config, archive } = deps;
  const { now } = systemTimers;
  const bytesMax = Math.ceil(config.replayBytesMax / config.processes);
  return createReplays({
    ...deps,
    ...streams,
    sessions: archive && createReplaySessions({ ...deps, blobs: archive, now, bytesMax }),
    heartbeatMs: config.heartbeatMs,
    revocation,
    usualLimitsAt,
    now,
    wallClock: Date.now,
  });
}

type Gate = ReturnType<typeof createGate>;

interface GateParts {
  readonly registry: RoomRegistry;
  readonly usualLimitsAt: UsualLimitsAt;
  readonly isDraining: () => boolean;
}

/** Who may come in, how many, how fast, and as whom they are counted. */
export function createGate(
  { config, settings, log, tickets }: RealtimeNodeDeps,
  { registry, usualLimitsAt, isDraining }: GateParts,
) {
  // The kernel spreads connections evenly over the processes of a group, so each has its share of every limit.
  const share = (limit: number) => Math.ceil(limit / config.processes);
  const acceptsPerSecond = () => share(settings.get("realtime.acceptsPerSecond"));
  const budgets = () => usualLimitsAt(Date.now());
  const keyOf = createViewerKey({ secret: config.ticketSecret });
  return {
    isDraining,
    origins: createOriginPolicy(config.webOrigins),
    admitToRoom: createAdmitToRoom({ registry, log, tickets, keyOf, budgets }),
    limits: createConnectionLimits(() => ({
      connectionsMax: share(settings.get("realtime.connectionsMax")),
      perAddressMax: share(settings.get("realtime.connectionsPerAddressMax")),
      perUserMax: share(settings.get("realtime.connectionsPerUserMax")),
    })),
    pace: createAcceptPace({ acceptsPerSecond, waitMsMax: config.acceptWaitMsMax }, { timers: systemTimers }),
  };
}

function listen(
  config: RealtimeConfig,
  fetch: (request: Request) => Response | Promise<Response>,
): Bun.Server<WsData> {
  const tls = readNodeTls(config);
  const http2 = config.http2 === "always" || (config.http2 === "tls" && tls !== undefined);
  return Bun.serve<WsData>({
    hostname: config.host,
    port: config.port,
    // Only processes of one group share a port: a second node on it by mistake must fail, not take half the viewers.
    reusePort: config.processIndex !== undefined,
    http2,
    ...(tls === undefined ? {} : { tls: { ...tls } }),
    development: false,
    idleTimeout: idleTimeoutS,
    maxRequestBodySize: requestBytesMax,
    fetch,
    websocket: createWsHandlers({ bufferBytesMax: config.closeBytes }),
  });
}

/**
 * A stream is closed by the server when nothing could be written to it for so long: longer than a heartbeat takes to
 * come, and than a viewer whose socket is full is borne with. So it also bounds how long the rest of an ended stream
 * waits for a client that reads nothing, without anybody keeping the request to say so.
 */
function streamTimeoutS({ heartbeatMs, stalledMsMax }: RealtimeConfig): number {
  return Math.ceil(Math.max(heartbeatMs, stalledMsMax) / 1_000) + streamSlackS;
}
