import { emptyMoment, nextMoment } from "@barrage/domain";
import { type RoomMoment, roomEventSchema } from "@barrage/protocol";
import { gzipSync } from "bun";
import { continueChain } from "./archive-chain.ts";
import type { ArchiveBlock, ArchivePart } from "./archive-index.ts";
import { type ArchivedEvent, encodeArchiveLine } from "./archive-lines.ts";

/** Where an archive stands between two parts. */
export interface ArchivePosition {
  readonly archivedSeq: number;
  readonly chain: string;
  readonly state: RoomMoment;
  /** The time of the log so far. */
  readonly logMs: number;
}

/** A part that is complete, and where the archive stands after it. */
export interface WrittenPart {
  readonly object: Uint8Array;
  readonly part: Omit<ArchivePart, "key">;
  readonly after: ArchivePosition;
}

/** What is compressed and read at once: about as much as a viewer's seek should cost. */
const blockBytes = 128 * 1_024;
export const partBytesMax = 8_000_000;
/** Incompressible bytes grow a little in gzip. */
const blockBytesWorst = (bytes: number) => bytes + Math.ceil(bytes / 1_000) + 1_024;
const decoder = new TextDecoder();

/** Puts events, in the order of the log, into a part. The same events always give the same bytes. */
export interface PartWriter {
  /** @returns false when the part is full: the event is not in it. */
  add(event: ArchivedEvent): boolean;
  /** @returns undefined when nothing was added. */
  finish(): WrittenPart | undefined;
}

/** Starts a part at `from`. */
export function createPartWriter(from: ArchivePosition): PartWriter {
  const chain = continueChain(from.chain);
  const blocks: ArchiveBlock[] = [];
  const members: Uint8Array[] = [];
  let { state, logMs, archivedSeq } = from;
  let size = 0;
  let open = newBlock(archivedSeq, state);

  function closeBlock(): void {
    if (open.lines.length === 0) return;
    const member = gzipSync(Buffer.concat(open.lines), { level: 6 });
    blocks.push({
      offset: size,
      bytes: member.length,
      events: open.lines.length,
      afterSeq: open.afterSeq,
      lastSeq: archivedSeq,
      fromMs: open.fromMs,
      toMs: logMs,
      chain: chain.hex,
      state: open.state,
    });
    members.push(member);
    size += member.length;
    open = newBlock(archivedSeq, state);
  }

  return {
    add(event) {
      const line = encodeArchiveLine(event);
      if (open.bytes > 0 && open.bytes + line.length > blockBytes) closeBlock();
      if (size > 0 && size + blockBytesWorst(Math.max(blockBytes, line.length)) > partBytesMax) return false;
      const parsed = readEvent(event.json);
      logMs = Math.max(logMs, parsed?.at ?? 0);
      if (open.lines.length === 0) open.fromMs = logMs;
      open.lines.push(line);
      open.bytes += line.length;
      chain.add(line);
      if (parsed !== undefined) state = nextMoment(state, parsed);
      archivedSeq = event.seq;
      return true;
    },
    finish() {
      closeBlock();
      if (blocks.length === 0) return undefined;
      const object = Buffer.concat(members);
      const sha256 = Bun.SHA256.hash(object, "hex");
      const part = { bytes: object.length, sha256, chainBefore: from.chain, blocks };
      return { object, part, after: { archivedSeq, chain: chain.hex, state, logMs } };
    },
  };
}

interface OpenBlock {
  readonly lines: Buffer[];
  readonly afterSeq: number;
  readonly state: RoomMoment;
  bytes: number;
  fromMs: number;
}

function newBlock(afterSeq: number, state: RoomMoment): OpenBlock {
  return { lines: [], afterSeq, state, bytes: 0, fromMs: 0 };
}

/** Where a session's archive begins. */
export function archiveStart(firstSeq: number, chain: string): ArchivePosition {
  return { archivedSeq: firstSeq - 1, chain, state: emptyMoment, logMs: 0 };
}

/** An event of this version; whatever else the log holds is archived all the same, and tells nothing. */
function readEvent(json: Uint8Array) {
  try {
    return roomEventSchema.safeParse(JSON.parse(decoder.decode(json))).data;
  } catch {
    return undefined;
  }
}
