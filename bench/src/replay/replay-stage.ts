import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BlobStore,
  connectNats,
  createBlobStore,
  createLogger,
  createObjectStore,
  createRoomLog,
  createRoomStates,
} from "@barrage/platform";
import type { RunningApp } from "@barrage/scripts/apps";
import type { ScenarioContext } from "../harness/scenario.ts";
import { type RecordedSession, type Recording, recordSession, sayNow } from "./recorded-session.ts";
import { startS3Process } from "./start-s3-process.ts";

/** What a replay is measured on: an object store in a process of its own, and realtime nodes that know it. */
export interface ReplayStage {
  /** The variables of an app that uses the object store. */
  readonly variables: Readonly<Record<string, string>>;
  readonly blobs: BlobStore;
  record(recording: Omit<Recording, "onProgress">): Promise<RecordedSession>;
  /** Says the next thing in a session that runs. @returns its place in the log */
  say(recorded: RecordedSession, index: number): Promise<number>;
  /** A node that has read nothing yet. */
  node(variables?: Readonly<Record<string, string>>): Promise<RunningApp>;
  /** How many consumers the log has now. */
  consumers(): Promise<number>;
}

const bucket = "barrage-archive";
const retention = { ageMaxMs: 0, bytesMax: 4_294_967_296, dedupeWindowMs: 600_000 };

/** Sets it up; `stack` takes it down. */
export async function setReplayStage(
  context: ScenarioContext,
  stack: AsyncDisposableStack,
): Promise<ReplayStage> {
  const { natsUrl, progress, startApp } = context;
  const dataDir = mkdtempSync(join(tmpdir(), "barrage-bench-s3-"));
  stack.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const s3 = await startS3Process(dataDir);
  stack.defer(() => s3.stop());
  const access = { endpoint: s3.url, accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey };
  const objects = createObjectStore({ ...access, bucket });
  await objects.ensureBucket();
  objects.close();
  const blobs = createBlobStore({ ...access, bucket });
  stack.defer(() => blobs.close());
  const logger = createLogger({ name: "bench", level: "silent" });
  const link = await connectNats({ url: natsUrl, name: "bench", logger });
  stack.defer(() => link.close());
  const log = await createRoomLog({ link, logger, retention });
  stack.defer(() => log.close());
  const states = await createRoomStates({ link, logger });
  const jsm = await link.connection.jetstreamManager();
  const variables = {
    S3_ENDPOINT: access.endpoint,
    S3_ACCESS_KEY_ID: access.accessKeyId,
    S3_SECRET_ACCESS_KEY: access.secretAccessKey,
    ROOM_LOG_AGE_MAX_MS: String(retention.ageMaxMs),
    ROOM_LOG_BYTES_MAX: String(retention.bytesMax),
  };
  return {
    variables,
    blobs,
    record: (recording) =>
      recordSession(
        { log, states, blobs },
        {
          ...recording,
          onProgress: (done) => progress(`recording: ${done} of ${recording.offsetsMs.length}`),
        },
      ),
    say: (recorded, index) => sayNow({ log }, recorded, index),
    node: (more) => startApp("realtime", { ...variables, ...more }),
    consumers: async () => (await jsm.streams.info("ROOMS")).state.consumer_count,
  };
}
