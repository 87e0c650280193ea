import {
  type ArchivedEvent,
  type ArchiveIndex,
  archiveIndexKey,
  archivePrefix,
  archiveStart,
  type BlobStore,
  chainStart,
  createPartWriter,
  type PartWriter,
} from "@barrage/platform";

export type SessionBlobs = Pick<BlobStore, "put">;

interface SessionFacts {
  readonly room: string;
  readonly session: string;
  readonly startedAtMs: number;
  readonly epoch: string;
}

/** Writes a session's parts and index as the worker does, but for Postgres, which a replay never asks. */
export interface SessionWriter {
  add(event: ArchivedEvent): Promise<void>;
  finish(end: Pick<ArchiveIndex, "firstSeq" | "endSeq" | "endedAtMs">): Promise<void>;
}

/** Starts one. */
export function createSessionWriter(blobs: SessionBlobs, facts: SessionFacts): SessionWriter {
  const { room, session } = facts;
  const parts: ArchiveIndex["parts"] = [];
  let at = archiveStart(1, chainStart(session));
  let writer: PartWriter | undefined;

  async function closePart(): Promise<void> {
    const written = writer?.finish();
    writer = undefined;
    if (written === undefined) return;
    const key = `${archivePrefix(room, session)}${String(parts.length).padStart(5, "0")}.ndjson.gz`;
    await blobs.put(key, written.object, "application/gzip");
    parts.push({ key, ...written.part });
    at = written.after;
  }

  return {
    async add(event) {
      if (parts.length === 0 && writer === undefined) at = archiveStart(event.seq, chainStart(session));
      writer ??= createPartWriter(at);
      if (writer.add(event)) return;
      await closePart();
      writer = createPartWriter(at);
      writer.add(event);
    },
    async finish(end) {
      await closePart();
      const archivedSeq = parts.length === 0 ? end.firstSeq - 1 : at.archivedSeq;
      const index: ArchiveIndex = { v: 1, ...facts, ...end, archivedSeq, cut: false, parts, deleted: [] };
      const json = new TextEncoder().encode(JSON.stringify(index));
      await blobs.put(archiveIndexKey(room, session), json, "application/json");
    },
  };
}
