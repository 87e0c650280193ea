import {
  type Bus,
  connectNats,
  createBus,
  createHealth,
  createLogger,
  createRedis,
  createRoomLog,
  createRoomStates,
  createTickets,
  createUniqueCounter,
  type LiveSettings,
  type Logger,
  newId,
  openLiveSettings,
  type RoomLog,
  type RoomState,
  type TicketHolder,
} from "@barrage/platform";
import type { RoomEvent } from "@barrage/protocol";
import { startTestNats, startTestRedis, type TestNats } from "@barrage/testkit";
import { realtimeConfig } from "../config.ts";
import { createRealtimeNode, type RealtimeNode } from "../realtime-node.ts";
import { openArchive } from "../replay/open-archive.ts";
import { settingDefaults } from "../settings/setting-defaults.ts";
import { danmaku } from "./danmaku.ts";

export const ticketSecret = "a-secret-for-tests-of-32-characters";
export const allowedOrigin = "http://web.test";

/** Variables of a node's environment that a test changes. */
export type Settings = Readonly<Record<string, string>>;

export interface TestNode extends AsyncDisposable {
  readonly url: string;
  readonly metrics: RealtimeNode["metrics"];
  readonly settings: LiveSettings;
  readonly stop: () => Promise<void>;
}

/** Real NATS and Redis, and as many realtime nodes as a test wants, each with its own connections. */
export interface TestWorld extends AsyncDisposable {
  readonly nats: TestNats;
  readonly redisUrl: string;
  readonly log: RoomLog;
  readonly bus: Bus;
  /** Makes a room known, as the worker does; public unless told otherwise. */
  room(state?: Partial<RoomState>): Promise<string>;
  putState(roomId: string, state: Partial<RoomState>): Promise<void>;
  /** Publishes danmaku with these texts, in order. @returns their sequences. */
  say(roomId: string, ...texts: string[]): Promise<number[]>;
  publish(event: RoomEvent): Promise<number>;
  /** A ticket as the api issues it; for a room that was public then, unless told otherwise. */
  ticket(roomId: string, holder?: Partial<TicketHolder>): string;
  node(settings?: Settings): Promise<TestNode>;
}

const retention = { ageMaxMs: 3_600_000, bytesMax: 1e9, dedupeWindowMs: 600_000 };
const usualState: RoomState = { visibility: "public", status: "live", sessionId: null, hostId: "host0000" };
const usualSettings = {
  HOST: "127.0.0.1",
  PORT: "0",
  TICKET_SECRET: ticketSecret,
  WEB_ORIGINS: allowedOrigin,
  DRAIN_NOTICE_MS: "0",
};

/** Starts the servers. The test disposes of the world. */
export async function startTestWorld(): Promise<TestWorld> {
  const [nats, redis] = await Promise.all([startTestNats(), startTestRedis()]);
  const logger = createLogger({ name: "test", level: "silent" });
  const link = await connectNats({ url: nats.url, name: "test", logger });
  const redisLink = await createRedis({ url: redis.url, name: "test", logger });
  const log = await createRoomLog({ link, logger, retention });
  const states = await createRoomStates({ link, logger });
  const tickets = createTickets({ secret: ticketSecret, redis: redisLink });
  const nodes = new Set<TestNode>();

  async function publish(event: RoomEvent): Promise<number> {
    return (await log.publish(event, { messageId: newId() })).cursor.seq;
  }

  return {
    nats,
    redisUrl: redis.url,
    log,
    bus: createBus({ link, logger }),
    publish,
    async room(state = {}) {
      const roomId = newId();
      await states.put(roomId, { ...usualState, ...state });
      return roomId;
    },
    putState: (roomId, state) => states.put(roomId, { ...usualState, ...state }),
    async say(roomId, ...texts) {
      const seqs: number[] = [];
      for (const text of texts) seqs.push(await publish(danmaku(roomId, text)));
      return seqs;
    },
    ticket: (room, holder) =>
      tickets.issue({ user: null, login: null, door: "open", ...holder, room }).ticket,
    async node(settings = {}) {
      const env = { ...usualSettings, NATS_URL: nats.url, REDIS_URL: redis.url, ...settings };
      const node = await startNode(env, logger);
      nodes.add(node);
      return node;
    },
    async [Symbol.asyncDispose]() {
      for (const node of nodes) await node.stop();
      await log.close();
      await link.close();
      redisLink.close();
      await Promise.all([nats[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
    },
  };
}

async function startNode(env: Settings, logger: Logger): Promise<TestNode> {
  const config = realtimeConfig.parse(env);
  const link = await connectNats({ url: config.natsUrl, name: "node", logger });
  const redis = await createRedis({ url: config.redisUrl, name: "node", logger });
  const log = await createRoomLog({ link, logger, retention });
  const health = createHealth();
  const settings = await openLiveSettings({ link, logger, defaults: settingDefaults(config) });
  const archive = openArchive(config);
  const node = createRealtimeNode({
    config,
    logger,
    health,
    log,
    states: await createRoomStates({ link, logger }),
    tickets: createTickets({ secret: config.ticketSecret, redis }),
    settings,
    bus: createBus({ link, logger }),
    uniqueCounter: createUniqueCounter({ redis }),
    link,
    nodeId: newId(),
    archive,
    random: Math.random,
  });
  await node.start?.();
  health.setReady(true);
  let stopping: Promise<void> | undefined;
  async function stop(): Promise<void> {
    health.setReady(false);
    await node.stop(AbortSignal.timeout(5_000));
    await log.close();
    await settings.close();
    await link.close();
    archive?.close();
    redis.close();
  }
  const stopOnce = () => (stopping ??= stop());
  return {
    url: node.url(),
    metrics: node.metrics,
    settings,
    stop: stopOnce,
    [Symbol.asyncDispose]: stopOnce,
  };
}
