import { type Database, insertRoom, insertUser, openDatabase, openSession } from "@barrage/db";
import {
  type Bus,
  connectNats,
  createBus,
  createLogger,
  createRoomLog,
  createRoomStates,
  type Logger,
  type NatsLink,
  newId,
  type RoomLog,
  type RoomStates,
} from "@barrage/platform";
import { type RoomEvent, roomEventSchema } from "@barrage/protocol";
import { createTestDatabase, startTestNats, type TestNats } from "@barrage/testkit";

/** Real servers and connections, as the worker has them. For tests. */
export interface WorkerWorld extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly database: Database;
  readonly nats: TestNats;
  readonly link: NatsLink;
  readonly roomLog: RoomLog;
  readonly roomStates: RoomStates;
  readonly bus: Bus;
  readonly logger: Logger;
  /** What was logged as a warning or worse. */
  readonly complaints: string[];
  /** Adds a host with a room; live when `session` is given. */
  newRoom(session?: string): Promise<{ readonly id: string; readonly hostId: string }>;
  /** All stored events of a room. */
  eventsOf(roomId: string): Promise<readonly RoomEvent[]>;
}

/** Opens a world of its own. */
export async function openWorkerWorld(): Promise<WorkerWorld> {
  await using stack = new AsyncDisposableStack();
  const testDatabase = stack.use(await createTestDatabase());
  const nats = stack.use(await startTestNats());
  const complaints: string[] = [];
  const logger = createLogger({
    name: "test",
    level: "warn",
    destination: { write: (line) => complaints.push(line) },
  });
  const database = openDatabase({ url: testDatabase.url, applicationName: "worker.test" });
  stack.defer(() => database.close());
  const link = await connectNats({ url: nats.url, name: "worker.test", logger });
  stack.defer(() => link.close());
  const retention = { ageMaxMs: 0, bytesMax: 1_000_000_000, dedupeWindowMs: 600_000 };
  const roomLog = await createRoomLog({ link, logger, retention });
  stack.defer(() => roomLog.close());
  const roomStates = await createRoomStates({ link, logger });
  const owned = stack.move();
  return {
    databaseUrl: testDatabase.url,
    database,
    nats,
    link,
    roomLog,
    roomStates,
    bus: createBus({ link, logger }),
    logger,
    complaints,
    newRoom: (session) => newRoom(database, session),
    async eventsOf(roomId) {
      const { entries } = await roomLog.readAfter(roomId, { afterSeq: 0, limit: 5_000 });
      return entries.map(({ json }) => roomEventSchema.parse(JSON.parse(new TextDecoder().decode(json))));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function newRoom(database: Database, session: string | undefined) {
  const [id, hostId] = [newId(), newId()];
  await database.transaction(async (orm) => {
    await insertUser(orm, { id: hostId, name: `u${hostId}`, passwordHash: "unused" });
    const room = { id, hostId, title: "A room", description: "", visibility: "public" } as const;
    await insertRoom(orm, { ...room, passwordHash: null, streamKey: newId() }, 10);
    if (session !== undefined) {
      await openSession(orm, { id: session, roomId: id, hostId, startedAt: new Date() });
    }
  });
  return { id, hostId };
}
