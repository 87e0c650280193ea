import { type Database, failRecording, finishRecording, lockRoomRow, type RecordingRow } from "@barrage/db";
import type { RecordingFault } from "@barrage/domain";
import { type Media, recordingKeys } from "@barrage/platform";
import { tell } from "../outbox/tell.ts";
import { probeRecording } from "./probe-recording.ts";
import { openRecordingSource } from "./recording-source.ts";
import { remuxRecording } from "./remux-recording.ts";

export interface CheckDeps {
  readonly database: Database;
  readonly media: Media;
  readonly newId: () => string;
  readonly signal: AbortSignal;
}

/** An object that can be played. */
interface Playable {
  readonly playKey: string;
  readonly bytes: number;
  readonly durationMs: number;
}

/**
 * Brings an uploaded recording to its end: the store puts the parts together, the bytes are looked at, and what can't be
 * sought in is written anew. Then it is ready, and its room is told, or it has failed, and says why. Every step may be
 * taken again.
 * @throws when the store or Postgres can't be reached: the recording stays as it is
 */
export async function checkRecording(deps: CheckDeps, row: RecordingRow): Promise<void> {
  const result = (await putTogether(deps, row)) ?? (await makePlayable(deps, row));
  if (typeof result === "string") return await failRecording(deps.database.orm, row.id, result);
  await deps.database.transaction(async (orm) => {
    await lockRoomRow(orm, row.roomId);
    const at = await finishRecording(orm, row.id, result);
    if (at === undefined) return;
    const { id, sessionId: session, offsetMs, roomId: room } = row;
    const data = { id, session, offsetMs, durationMs: result.durationMs };
    const event = { type: "recording.ready", data } as const;
    await tell(orm, { messageId: deps.newId(), room, at, event });
  });
}

/** @returns why it failed; undefined: the object is there, as long as what was uploaded */
async function putTogether({ media }: CheckDeps, row: RecordingRow): Promise<RecordingFault | undefined> {
  const { original } = recordingKeys(row);
  // First: it may have been put together before the worker was stopped.
  let head = await media.blobs.head(original);
  if (head === undefined) {
    if (row.uploadId === null || row.parts === null) return "upload_lost";
    const upload = { key: original, uploadId: row.uploadId };
    const parts = (await media.uploads.parts(upload)) ?? [];
    const wanted = parts.filter(({ number }) => number <= (row.parts ?? 0));
    if (wanted.length !== row.parts) return "upload_lost";
    if ((await media.uploads.complete(upload, wanted)) === "refused") return "upload_lost";
    head = await media.blobs.head(original);
  }
  if (head === undefined) return "upload_lost";
  return head.bytes === row.bytes ? undefined : "wrong_size";
}

async function makePlayable(deps: CheckDeps, row: RecordingRow): Promise<Playable | RecordingFault> {
  const { contentType } = row;
  const { original, playable } = recordingKeys(row);
  const bytes = row.bytes ?? 0;
  const looked = await look(deps, { key: original, bytes }, contentType);
  if (typeof looked === "string") return looked;
  if (looked.durationMs !== null) return { playKey: original, bytes, durationMs: looked.durationMs };
  using source = openRecordingSource(deps.media.blobs, { key: original, bytes });
  const isWhole = await remuxRecording(deps, source.input, { key: playable, contentType });
  if (source.fault() !== undefined) throw source.fault();
  const head = isWhole ? await deps.media.blobs.head(playable) : undefined;
  if (head === undefined) return "unplayable";
  const result = await look(deps, { key: playable, bytes: head.bytes }, contentType);
  if (typeof result === "string" || result.durationMs === null) return "unplayable";
  return { playKey: playable, bytes: head.bytes, durationMs: result.durationMs };
}

async function look(
  { media }: CheckDeps,
  object: { readonly key: string; readonly bytes: number },
  contentType: string,
) {
  using source = openRecordingSource(media.blobs, object);
  try {
    const probe = await probeRecording(source.input, contentType);
    if (source.fault() !== undefined) throw source.fault();
    return probe;
  } catch (error) {
    if (source.fault() !== undefined) throw source.fault();
    // Anything else is the reader's word about bytes that make no sense to it.
    if (error instanceof Error) return "unplayable";
    throw error;
  }
}
