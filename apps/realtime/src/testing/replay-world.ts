import {
  type ArchiveIndex,
  archiveIndexKey,
  archivePrefix,
  archiveStart,
  type BlobStore,
  chainStart,
  createBlobStore,
  createObjectStore,
  createPartWriter,
  newId,
  type WrittenPart,
} from "@barrage/platform";
import type { RoomEvent, RoomLimits } from "@barrage/protocol";
import { startTestS3, type TestS3 } from "@barrage/testkit";
import { openSse, openWs } from "./open-viewer.ts";
import { Seen } from "./seen.ts";
import { startTestWorld, type TestNode, type TestWorld } from "./test-world.ts";
import type { TestViewer } from "./viewers.ts";

/** A session as a test records it: the generator makes the times, the log gives the sequences. */
export interface RecordedSession {
  readonly room: string;
  readonly session: string;
  readonly startedAtMs: number;
  readonly firstSeq: number;
  /** Of all its events, in order. */
  readonly seqs: number[];
}

/** What is archived of a session when its index is written. */
export interface ArchiveState {
  /** So many of its events are in parts; the others are in the log alone. */
  readonly archived: number;
  readonly isEnded: boolean;
  readonly deleted?: readonly string[];
}

/** A realtime world with an object store. */
export interface ReplayWorld extends AsyncDisposable {
  readonly world: TestWorld;
  readonly blobs: BlobStore;
  readonly s3: TestS3;
  node(settings?: Readonly<Record<string, string>>): Promise<TestNode>;
  /** Starts a session in a new room. */
  start(startedAtMs: number, state?: Parameters<TestWorld["room"]>[0]): Promise<RecordedSession>;
  /** Starts a session in a room that is there, with limits of its own where it has some. */
  startIn(
    room: string,
    startedAtMs: number,
    more?: { readonly limits?: RoomLimits },
  ): Promise<RecordedSession>;
  say(recorded: RecordedSession, events: readonly RoomEvent[]): Promise<void>;
  /** Writes parts and index, as the worker does. */
  archive(recorded: RecordedSession, state: ArchiveState): Promise<ArchiveIndex>;
}

const bucket = "barrage-archive";
const inFlightMax = 128;

/** Starts one. The test disposes of it. */
export async function startReplayWorld(): Promise<ReplayWorld> {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await startTestWorld());
  const s3 = stack.use(await startTestS3());
  const { url: endpoint, accessKeyId, secretAccessKey } = s3;
  const objects = createObjectStore({ endpoint, accessKeyId, secretAccessKey, bucket });
  await objects.ensureBucket();
  objects.close();
  const blobs = createBlobStore({ endpoint, accessKeyId, secretAccessKey, bucket });
  stack.defer(() => blobs.close());
  const settings = {
    S3_ENDPOINT: endpoint,
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
  };
  async function startIn(room: string, startedAtMs: number, more = {}): Promise<RecordedSession> {
    const session = newId();
    const data = { session, ...more };
    const firstSeq = await world.publish({ v: 1, type: "room.started", room, at: startedAtMs, data });
    return { room, session, startedAtMs, firstSeq, seqs: [firstSeq] };
  }
  const owned = stack.move();
  return {
    world,
    blobs,
    s3,
    node: (more) => world.node({ ...settings, ...more }),
    start: async (startedAtMs, state) => await startIn(await world.room(state), startedAtMs),
    startIn,
    async say(recorded, events) {
      for (let start = 0; start < events.length; start += inFlightMax) {
        const some = events.slice(start, start + inFlightMax);
        recorded.seqs.push(...(await Promise.all(some.map((event) => world.publish(event)))));
      }
    },
    archive: (recorded, state) => archive({ world, blobs }, recorded, state),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function archive(
  { world, blobs }: Pick<ReplayWorld, "world" | "blobs">,
  recorded: RecordedSession,
  { archived, isEnded, deleted = [] }: ArchiveState,
): Promise<ArchiveIndex> {
  const { room, session, seqs, startedAtMs, firstSeq } = recorded;
  const written = archived === 0 ? undefined : await writePart(world, recorded, archived);
  const key = `${archivePrefix(room, session)}00000.ndjson.gz`;
  if (written !== undefined) await blobs.put(key, written.object, "application/gzip");
  const index: ArchiveIndex = {
    v: 1,
    room,
    session,
    epoch: world.log.epoch(),
    startedAtMs,
    endedAtMs: isEnded ? startedAtMs + 3_600_000 : null,
    firstSeq,
    endSeq: isEnded ? (seqs.at(-1) ?? firstSeq) : null,
    archivedSeq: written?.after.archivedSeq ?? firstSeq - 1,
    cut: false,
    parts: written === undefined ? [] : [{ key, ...written.part }],
    deleted: [...deleted],
  };
  const json = new TextEncoder().encode(JSON.stringify(index));
  await blobs.put(archiveIndexKey(room, session), json, "application/json");
  return index;
}

async function writePart(
  world: TestWorld,
  { room, session, seqs, firstSeq }: RecordedSession,
  count: number,
): Promise<WrittenPart | undefined> {
  const untilSeq = seqs[count - 1] ?? firstSeq;
  const writer = createPartWriter(archiveStart(firstSeq, chainStart(session)));
  for (let afterSeq = firstSeq - 1; afterSeq < untilSeq; ) {
    const { entries } = await world.log.readAfter(room, { afterSeq, limit: 5_000 });
    for (const entry of entries) if (entry.seq <= untilSeq) writer.add(entry);
    afterSeq = entries.at(-1)?.seq ?? untilSeq;
  }
  return writer.finish();
}

/** Watches a replay over SSE. @throws Error with the answer when it is refused. */
export function watchReplay(
  url: string,
  { room, session }: RecordedSession,
  query = "",
): Promise<TestViewer> {
  const address = `${url}/rooms/${room}/replay?session=${session}&${query}`;
  return openSse({ address, seen: new Seen() });
}

/** Watches a replay over WebSocket, and says what it is told to. */
export async function steerReplay(
  url: string,
  { room, session }: RecordedSession,
  query = "",
): Promise<TestViewer & { readonly say: (frame: object) => void }> {
  const address = `${url}/rooms/${room}/replay/ws?session=${session}&${query}`;
  const viewer = await openWs({ address, seen: new Seen() });
  return { ...viewer, say: (frame) => viewer.socket.send(JSON.stringify(frame)) };
}
