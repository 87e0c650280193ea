import { type Database, findSessionArchive, type SessionArchiveRow } from "@barrage/db";
import {
  type ArchivedEvent,
  type ArchiveIndex,
  archiveIndexKey,
  archiveIndexSchema,
  type BlobStore,
  chainStart,
  eventsOf,
  type RoomLog,
  readBlock,
} from "@barrage/platform";
import { compareWithMessages } from "./compare-with-messages.ts";
import { compareWithStream } from "./compare-with-stream.ts";
import { buildIndex } from "./write-index.ts";

/** What was found out about a session's archive. It is as it should be when there are no faults. */
export interface ArchiveReport {
  readonly parts: number;
  readonly events: number;
  /** So many events are still in the log too, and were compared byte for byte. */
  readonly inStream: number;
  /** So many messages are in Postgres too, and were compared. */
  readonly inPostgres: number;
  readonly faults: readonly string[];
}

export interface VerifyDeps {
  readonly database: Database;
  readonly roomLog: Pick<RoomLog, "epoch" | "bounds" | "readAfter">;
  readonly blobs: Pick<BlobStore, "get">;
}

/** Takes the events of a session in order; {@link EventCheck.finish} says what was missing at the end. */
export interface EventCheck {
  take(event: ArchivedEvent): Promise<void>;
  finish(): Promise<number>;
}

const faultsMax = 20;
const decoder = new TextDecoder();

/**
 * Reads the whole archive of a session, checks every hash in it, and compares it with what the log still holds and
 * with the messages in Postgres. Memory is bounded by one part.
 * @returns undefined when there is no such session
 */
export async function verifySession(deps: VerifyDeps, sessionId: string): Promise<ArchiveReport | undefined> {
  const row = await findSessionArchive(deps.database.orm, sessionId);
  if (row === undefined) return undefined;
  const faults: string[] = [];
  const fault = (text: string) => void (faults.length < faultsMax && faults.push(text));
  const index = await readIndex(deps, row, fault);
  const checks = [
    await compareWithStream(deps.roomLog, { row, fault }),
    compareWithMessages(deps.database.orm, { row, fault }),
  ] as const;
  const events = await readParts(deps, { index, fault, checks });
  const [inStream, inPostgres] = [await checks[0].finish(), await checks[1].finish()];
  if (
    index.parts.flatMap(({ blocks }) => blocks).at(-1)?.chain !== row.chain &&
    row.chain !== chainStart(sessionId)
  )
    fault("the chain of the parts does not end where Postgres says");
  return { parts: index.parts.length, events, inStream, inPostgres, faults };
}

type Fault = (text: string) => void;

/** The index as it should be; that the object says the same is one of the checks. */
async function readIndex({ database, blobs }: VerifyDeps, row: SessionArchiveRow, fault: Fault) {
  const wanted = await buildIndex(database.orm, row);
  const bytes = await blobs.get(archiveIndexKey(row.roomId, row.sessionId));
  if (bytes === undefined) fault("the index is missing");
  else if (row.indexWritten === row.indexVersion) {
    const found = parseIndex(bytes);
    if (found === undefined || !Bun.deepEquals(found, wanted)) fault("the index is not what Postgres says");
  }
  return wanted;
}

function parseIndex(bytes: Uint8Array): ArchiveIndex | undefined {
  try {
    return archiveIndexSchema.safeParse(JSON.parse(decoder.decode(bytes))).data;
  } catch {
    return undefined;
  }
}

interface PartsCheck {
  readonly index: ArchiveIndex;
  readonly fault: Fault;
  readonly checks: readonly EventCheck[];
}

async function readParts({ blobs }: VerifyDeps, { index, fault, checks }: PartsCheck): Promise<number> {
  let chain = chainStart(index.session);
  let seq = index.firstSeq - 1;
  let count = 0;
  for (const part of index.parts) {
    const object = await blobs.get(part.key);
    if (object === undefined) {
      fault(`${part.key} is missing`);
    } else if (Bun.SHA256.hash(object, "hex") !== part.sha256) fault(`${part.key} has another SHA-256`);
    if (part.chainBefore !== chain) fault(`${part.key} does not go on from the part before it`);
    for (const block of part.blocks) {
      const bytes = object?.subarray(block.offset, block.offset + block.bytes);
      try {
        const events = bytes === undefined ? [] : eventsOf(readBlock({ block, bytes, chainBefore: chain }));
        for (const event of events) {
          if (event.seq <= seq) fault(`event ${event.seq} comes after ${seq}`);
          seq = event.seq;
          count += 1;
          for (const check of checks) await check.take(event);
        }
      } catch (error) {
        fault(`${part.key}: ${error instanceof Error ? error.message : String(error)}`);
      }
      chain = block.chain;
    }
  }
  return count;
}
