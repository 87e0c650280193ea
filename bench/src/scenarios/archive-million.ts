import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrateDatabase } from "@barrage/db";
import { archivePrefix } from "@barrage/platform";
import { startPostgres } from "@barrage/scripts/services";
import { SQL } from "bun";
import { createRandom } from "../crowd/random.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";
import { MortalWorker } from "../replay/mortal-worker.ts";
import { type ReplayStage, setReplayStage } from "../replay/replay-stage.ts";
import { verifyArchive } from "../replay/verify-archive.ts";

const eventCount = 1_000_000;
const quickEventCount = 50_000;
const killCount = 10;
const seed = 7;
const deadlineMs = 1_800_000;
const lookMs = 250;
const workerMemoryMbBar = 600;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

interface Progress {
  readonly messages: number;
  readonly archivedSeq: number;
  readonly endSeq: number | null;
}

async function progressOf(sql: SQL, session: string): Promise<Progress> {
  const [row] = await sql`
    select (select count(*)::int from messages) as messages,
      coalesce((select archived_seq::int from session_archives where session_id = ${session}), 0) as "archivedSeq",
      (select end_seq::int from session_archives where session_id = ${session}) as "endSeq"`;
  return row;
}

/**
 * The first half of the kills while the messages go to Postgres, the other half while the parts are written: each at a
 * moment of its own, and each life gets somewhere before it ends.
 */
async function killOften(
  worker: MortalWorker,
  read: () => Promise<Progress>,
  { total, onProgress }: { readonly total: number; readonly onProgress: (line: string) => void },
): Promise<void> {
  const random = createRandom(seed);
  const until = performance.now() + deadlineMs;
  for (let kill = 1; kill <= killCount; kill++) {
    const isLate = kill > killCount / 2;
    const share = ((isLate ? kill - killCount / 2 : kill) / (killCount / 2)) * 0.9 - random() * 0.1;
    for (;;) {
      const { messages, archivedSeq } = await read();
      onProgress(`kill ${kill} of ${killCount}: ${messages} messages, ${archivedSeq} events archived`);
      if ((isLate ? archivedSeq : messages) >= share * total) break;
      if (performance.now() > until)
        throw new Error(`stuck at ${messages} messages, ${archivedSeq} archived`);
      await pause(lookMs);
    }
    await pause(random() * lookMs);
    await worker.killAndRestart();
  }
}

async function openDatabase(stack: AsyncDisposableStack): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), "barrage-bench-archive-"));
  stack.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const { url, stop } = await startPostgres({ dataDir, removeDataDirWhenOrphaned: true });
  stack.defer(async () => {
    await stop();
  });
  await migrateDatabase(url);
  return url;
}

async function measure(context: ScenarioContext): Promise<readonly Measure[]> {
  const { isQuick, progress } = context;
  const total = isQuick ? quickEventCount : eventCount;
  await using stack = new AsyncDisposableStack();
  const databaseUrl = await openDatabase(stack);
  const stage = await setReplayStage(context, stack);
  const sql = stack.use(new SQL({ url: databaseUrl, max: 1 }));
  const variables = {
    ...stage.variables,
    DATABASE_URL: databaseUrl,
    NATS_URL: context.natsUrl,
    // Parts are written all along, not only every hour.
    ARCHIVE_EVERY_MS: "1000",
    HOST: "127.0.0.1",
    PORT: "0",
    LOG_LEVEL: "info",
  };
  const worker = stack.use(await MortalWorker.start(variables));
  const offsetsMs = Array.from({ length: total - 2 }, (_, index) => index);
  const startMs = performance.now();
  const announced = Promise.withResolvers<string>();
  const recording = stage.record({ offsetsMs, archivedShare: undefined, onSession: announced.resolve });
  const session = await Promise.race([announced.promise, recording.then(({ session: id }) => id)]);
  const read = () => progressOf(sql, session);
  await Promise.all([recording, killOften(worker, read, { total, onProgress: progress })]);
  const { room } = await recording;
  for (let now = await read(); now.endSeq === null || now.archivedSeq < now.endSeq; now = await read()) {
    progress(`finishing: ${now.archivedSeq} events archived`);
    await pause(lookMs);
  }
  const tookS = (performance.now() - startMs) / 1_000;
  progress("verifying");
  const verified = await verifyArchive(variables, session);
  if (!verified.isSound || verified.events !== total)
    throw new Error(`the archive is not sound:\n${verified.output}`);
  const flipped = await flipOneBit(stage, { room, variables, session });
  return [
    { name: "events archived and verified", value: verified.events, unit: "", atLeast: total },
    { name: "times the worker was killed", value: worker.kills, unit: "", atLeast: killCount },
    { name: "from the first event to the last part", value: tookS, unit: "s" },
    { name: "verifying", value: verified.tookS, unit: "s" },
    { name: "flipped bits found", value: flipped, unit: "of 1", atLeast: 1 },
    {
      name: "worker memory at most",
      value: worker.memoryMaxBytes / 2 ** 20,
      unit: "MB",
      bar: workerMemoryMbBar,
    },
  ];
}

interface Archived {
  readonly room: string;
  readonly session: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Turns one bit of one part over. @returns 1 when verifying finds it, and finds nothing once it is turned back */
async function flipOneBit({ blobs }: ReplayStage, { room, session, variables }: Archived): Promise<number> {
  const random = createRandom(seed);
  const parts = (await blobs.list(archivePrefix(room, session))).filter((key) => key.endsWith(".gz"));
  const key = parts[Math.floor(random() * parts.length)] ?? "";
  const object = new Uint8Array((await blobs.get(key)) ?? []);
  const bit = Math.floor(random() * object.length * 8);
  const flip = async () => {
    object[bit >> 3] = (object[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await blobs.put(key, object, "application/gzip");
  };
  await flip();
  const found = await verifyArchive(variables, session);
  await flip();
  const sound = await verifyArchive(variables, session);
  return !found.isSound && found.output.includes("FAULT") && sound.isSound ? 1 : 0;
}

/** That an archive is exact, however often its worker dies. */
export const archiveMillion: Scenario = {
  name: "archive-million",
  title: `${eventCount} events of one session archived while the worker is killed ${killCount} times, then verified`,
  run: measure,
};
