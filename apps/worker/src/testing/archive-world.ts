import { findSessionArchive } from "@barrage/db";
import {
  type BlobStore,
  createBlobStore,
  createObjectStore,
  newId,
  type ObjectStore,
} from "@barrage/platform";
import type { RoomEvent, RoomEventOf } from "@barrage/protocol";
import { startTestS3, type TestS3 } from "@barrage/testkit";
import { openWorkerWorld, type WorkerWorld } from "./worker-world.ts";

/** A worker's world with an object store. For tests. */
export interface ArchiveWorld extends AsyncDisposable {
  readonly world: WorkerWorld;
  readonly s3: TestS3;
  readonly bucket: ObjectStore;
  readonly blobs: BlobStore;
  /** Publishes events, many at a time, in order. */
  publishAll(events: readonly RoomEvent[]): Promise<void>;
  /** Whether everything of a session is archived and its index tells of it. */
  isArchived(session: string): Promise<boolean>;
}

export const archiveBucket = "barrage-archive";
const inFlightMax = 256;

/** Opens one. */
export async function openArchiveWorld(): Promise<ArchiveWorld> {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await openWorkerWorld());
  const s3 = stack.use(await startTestS3());
  const { url: endpoint, accessKeyId, secretAccessKey } = s3;
  const options = { endpoint, accessKeyId, secretAccessKey, bucket: archiveBucket };
  const bucket = createObjectStore(options);
  stack.defer(() => bucket.close());
  const blobs = createBlobStore(options);
  stack.defer(() => blobs.close());
  const owned = stack.move();
  return {
    world,
    s3,
    bucket,
    blobs,
    async publishAll(events) {
      for (let start = 0; start < events.length; start += inFlightMax) {
        const some = events.slice(start, start + inFlightMax);
        await Promise.all(some.map((event) => world.roomLog.publish(event, { messageId: newId() })));
      }
    },
    async isArchived(session) {
      const row = await findSessionArchive(world.database.orm, session);
      return row?.endSeq === row?.archivedSeq && row?.indexWritten === row?.indexVersion && row !== undefined;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A danmaku of a session. */
export function sessionDanmaku(place: {
  readonly room: string;
  readonly session: string;
  readonly at: number;
  readonly text: string;
}): RoomEventOf<"danmaku.sent"> {
  const { room, session, at, text } = place;
  const by = { id: newId(), name: "somebody", role: "viewer" } as const;
  const data = { id: newId(), session, text, color: "#ffffff", mode: "scroll" } as const;
  return { v: 1, type: "danmaku.sent", room, at, by, data };
}
