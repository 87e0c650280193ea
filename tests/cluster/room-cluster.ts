import {
  connectNats,
  createLogger,
  createRoomLog,
  createRoomStates,
  newId,
  type RoomLog,
} from "@barrage/platform";
import type { RoomEvent } from "@barrage/protocol";
import { startApp, startTestNats, startTestRedis, type TestApp } from "@barrage/testkit";

/** A live public room, its log, and realtime nodes that serve it. */
export interface RoomCluster extends AsyncDisposable {
  readonly room: string;
  readonly log: RoomLog;
  /** Where NATS tells of itself. */
  readonly monitorUrl: string;
  readonly nodes: readonly TestApp[];
  /** What the nodes are configured by, to start more. */
  readonly variables: Readonly<Record<string, string>>;
  /** Stores a danmaku; resolves with its sequence when it is acknowledged. */
  readonly publish: (text: string) => Promise<number>;
  /** Makes another public room that is live. */
  readonly openRoom: () => Promise<string>;
  /** As {@link RoomCluster.publish}, into any room. */
  readonly publishTo: (room: string, text: string) => Promise<number>;
}

/** Starts NATS, Redis and `nodeCount` real realtime processes, with one room that is live. */
export async function startRoomCluster(nodeCount: number): Promise<RoomCluster> {
  await using stack = new AsyncDisposableStack();
  const nats = stack.use(await startTestNats());
  const redis = stack.use(await startTestRedis());
  const logger = createLogger({ name: "cluster-test", level: "silent" });
  const link = await connectNats({ url: nats.url, name: "cluster-test", logger });
  stack.defer(() => link.close());
  const retention = { ageMaxMs: 3_600_000, bytesMax: 1_073_741_824, dedupeWindowMs: 600_000 };
  const log = await createRoomLog({ link, logger, retention });
  stack.defer(() => log.close());
  const session = newId();
  const states = await createRoomStates({ link, logger });
  const openRoom = async () => {
    const room = newId();
    await states.put(room, { visibility: "public", status: "live", sessionId: session, hostId: newId() });
    return room;
  };
  const room = await openRoom();

  const variables = {
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    TICKET_SECRET: "only for tests, and long enough so",
    HOST: "127.0.0.1",
  };
  const nodes = await Promise.all(Array.from({ length: nodeCount }, () => startApp("realtime", variables)));
  for (const node of nodes) stack.use(node);

  const owned = stack.move();
  return {
    room,
    log,
    monitorUrl: nats.monitorUrl,
    nodes,
    variables,
    openRoom,
    publish: (text) => publishTo(room, text),
    publishTo,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };

  async function publishTo(to: string, text: string): Promise<number> {
    const id = newId();
    const event: RoomEvent = {
      v: 1,
      type: "danmaku.sent",
      room: to,
      at: Date.now(),
      by: { id: session, name: "crowd", role: "viewer" },
      data: { id, session, text, color: "#ffffff", mode: "scroll" },
    };
    return (await log.publish(event, { messageId: id })).cursor.seq;
  }
}
