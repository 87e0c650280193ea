import { newId, type RoomLog, type RoomStates } from "@barrage/platform";
import type { RoomEvent } from "@barrage/protocol";
import { danmakuEvent } from "../harness/danmaku-event.ts";
import { createSessionWriter, type SessionBlobs } from "./session-writer.ts";

/** A session as the generator made it: its clock is synthetic, the server's is not. */
export interface RecordedSession {
  readonly room: string;
  readonly session: string;
  readonly startedAtMs: number;
  /** The time and the place in the log of each event, in order, from `room.started` on. */
  readonly atMs: readonly number[];
  readonly seqs: readonly number[];
}

export interface RecordingStores {
  readonly log: Pick<RoomLog, "publish" | "epoch">;
  readonly states: Pick<RoomStates, "put">;
  readonly blobs: SessionBlobs;
}

export interface Recording {
  /** Of the danmaku, in milliseconds since the session's start, rising. */
  readonly offsetsMs: readonly number[];
  /** So many of the events are in the object store, the others in the log alone. Undefined: a worker looks to that. */
  readonly archivedShare: number | undefined;
  /** It began at this moment and goes on: it has no end yet. Undefined: it is over since long. */
  readonly runningSinceMs?: number;
  /** Told as soon as the session has begun. */
  readonly onSession?: (session: string) => void;
  readonly onProgress: (done: number) => void;
}

const longAgoMs = 1_700_000_000_000;
const inFlight = 256;
const senderCount = 2_000;
const texts = ["hello 弹幕", "666", "what a night", "主播好", "gg", "can you turn it up a little?"];
const senders = Array.from({ length: senderCount }, (_, index) => ({ id: newId(), name: `crowd_${index}` }));
const encoder = new TextEncoder();

type SessionFacts = Pick<RecordedSession, "room" | "session" | "startedAtMs">;

function danmakuOf({ room, session }: Pick<SessionFacts, "room" | "session">, index: number): RoomEvent {
  const sender = senders[index % senderCount] ?? { id: newId(), name: "nobody" };
  const text = `${texts[index % texts.length]} ${index}`;
  return danmakuEvent({ room, session, id: newId(), text, sender });
}

/** One by one: a million of them at once would be most of the machine's memory. */
function* eventsOf(facts: SessionFacts, { offsetsMs, runningSinceMs }: Recording): Generator<RoomEvent> {
  const { room, session, startedAtMs } = facts;
  const base = { v: 1, room } as const;
  yield { ...base, type: "room.started", at: startedAtMs, data: { session } };
  for (const [index, offsetMs] of offsetsMs.entries())
    yield { ...danmakuOf(facts, index), at: startedAtMs + offsetMs };
  if (runningSinceMs !== undefined) return;
  yield { ...base, type: "room.ended", at: startedAtMs + (offsetsMs.at(-1) ?? 0), data: { session } };
}

function* inBatches<T>(items: Iterable<T>): Generator<readonly T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < inFlight) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * Records a session in a room of its own: in the log as the api does, in the object store as the worker does. What is
 * archived whole never goes through the log: its events stand where a log of that room alone would have them.
 * @throws Error when the log takes the events in another order
 */
export async function recordSession(stores: RecordingStores, recording: Recording): Promise<RecordedSession> {
  const { offsetsMs, archivedShare, runningSinceMs, onSession, onProgress } = recording;
  const [room, session] = [newId(), newId()];
  const startedAtMs = runningSinceMs ?? longAgoMs;
  const isRunning = runningSinceMs !== undefined;
  const status = isRunning
    ? ({ status: "live", sessionId: session } as const)
    : ({ status: "idle", sessionId: null } as const);
  await stores.states.put(room, { visibility: "public", ...status, hostId: newId() });
  const archivedCount = Math.floor((offsetsMs.length + 2) * (archivedShare ?? 0));
  const atMs: number[] = [];
  const seqs: number[] = [];
  const writer = createSessionWriter(stores.blobs, { room, session, startedAtMs, epoch: stores.log.epoch() });
  for (const events of inBatches(eventsOf({ room, session, startedAtMs }, recording))) {
    const placed =
      archivedShare === 1
        ? events.map((_, index) => seqs.length + index + 1)
        : await Promise.all(events.map((event) => publish(stores, event)));
    for (const [index, event] of events.entries()) {
      const seq = placed[index] ?? 0;
      if (seq <= (seqs.at(-1) ?? 0)) throw new Error("the log took the events in another order");
      seqs.push(seq);
      atMs.push(event.at);
      if (seqs.length > archivedCount) continue;
      await writer.add({ seq, json: encoder.encode(JSON.stringify(event)) });
    }
    if (seqs.length === events.length) onSession?.(session);
    onProgress(seqs.length);
  }
  const end = isRunning
    ? { endSeq: null, endedAtMs: null }
    : { endSeq: seqs.at(-1) ?? 1, endedAtMs: atMs.at(-1) ?? 0 };
  if (archivedShare !== undefined) await writer.finish({ firstSeq: seqs[0] ?? 1, ...end });
  return { room, session, startedAtMs, atMs, seqs };
}

/** Says something now in a session that runs. @returns its place in the log */
export function sayNow(
  stores: Pick<RecordingStores, "log">,
  place: Pick<RecordedSession, "room" | "session">,
  index: number,
): Promise<number> {
  return publish(stores, danmakuOf(place, index));
}

async function publish({ log }: Pick<RecordingStores, "log">, event: RoomEvent): Promise<number> {
  return (await log.publish(event, { messageId: newId() })).cursor.seq;
}
