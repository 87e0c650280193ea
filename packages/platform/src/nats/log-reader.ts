import { roomOfSubject, roomSubject } from "@barrage/protocol";
import type { JetStreamManager } from "nats";
import type { NatsLink } from "./connect-nats.ts";
import { logCall } from "./log-call.ts";
import { type PulledMessage, pullBatch } from "./pull-batch.ts";
import { withReader } from "./reader-consumer.ts";
import type { LogBounds, LogEntry, LogPage, ReadRange, StoredEntry } from "./room-log.ts";
import { isNotFound, roomStream, streamEpoch } from "./room-stream.ts";
import { createSemaphore } from "./semaphore.ts";

interface LogReaderDeps {
  readonly link: NatsLink;
  readonly jsm: JetStreamManager;
  readonly deadlineMs: number;
  /** So many pages are read at once; each costs the server a short-lived consumer. */
  readonly readersMax: number;
}

const waitingReadersMax = 1_024;
const pageEntriesMax = 5_000;
/** One pull brings at most this much; the rest of a page comes with the next. */
const pullEntriesMax = 1_000;

/** See {@link RoomLog.readAfter}, {@link RoomLog.lastSeq} and {@link RoomLog.bounds}. */
export function createLogReader({ link, jsm, deadlineMs, readersMax }: LogReaderDeps) {
  const semaphore = createSemaphore({ concurrencyMax: readersMax, waitingMax: waitingReadersMax });

  async function lastSeq(roomId: string): Promise<number> {
    const subject = roomSubject(roomId);
    return await logCall(link, async () => {
      try {
        // Asked of the stream's leader, not by direct get: in a cluster a lagging replica would hide the newest event.
        return (await jsm.streams.getMessage(roomStream, { last_by_subj: subject })).seq;
      } catch (error) {
        if (isNotFound(error)) return 0;
        throw error;
      }
    });
  }

  async function entryAt(seq: number): Promise<StoredEntry | undefined> {
    return await logCall(link, async () => {
      try {
        const { subject, data, time } = await jsm.streams.getMessage(roomStream, { seq });
        const roomId = roomOfSubject(subject);
        return roomId === undefined ? undefined : { roomId, seq, json: data, storedAtMs: time.getTime() };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    });
  }

  async function readAfter(roomId: string, range: ReadRange): Promise<LogPage> {
    const subject = roomSubject(roomId);
    const deadline = AbortSignal.timeout(deadlineMs);
    const signal = range.signal === undefined ? deadline : AbortSignal.any([deadline, range.signal]);
    // Most positions are at the end of their room: one request says so, without a consumer.
    if ((await lastSeq(roomId)) <= range.afterSeq) return { entries: [], complete: true };
    const from = { subject, fromSeq: range.afterSeq + 1 };
    return await logCall(link, () =>
      semaphore.run(
        () => withReader(jsm, from, (consumer) => readPage(link, { consumer, range, signal })),
        signal,
      ),
    );
  }

  async function bounds(): Promise<LogBounds> {
    return await logCall(link, async () => {
      const info = await jsm.streams.info(roomStream);
      return { epoch: streamEpoch(info), firstSeq: info.state.first_seq, lastSeq: info.state.last_seq };
    });
  }

  return { entryAt, lastSeq, readAfter, bounds };
}

interface PageRequest {
  readonly consumer: string;
  readonly range: ReadRange;
  readonly signal: AbortSignal;
}

async function readPage(
  { connection }: NatsLink,
  { consumer, range, signal }: PageRequest,
): Promise<LogPage> {
  const limit = Math.max(1, Math.min(range.limit, pageEntriesMax));
  const pulled: PulledMessage[] = [];
  let complete = false;
  while (pulled.length < limit && !complete) {
    const batch = Math.min(limit - pulled.length, pullEntriesMax);
    const result = await pullBatch(connection, { stream: roomStream, consumer, batch, waitMs: 0, signal });
    signal.throwIfAborted();
    if (result.lost) throw new Error("the reader was lost");
    pulled.push(...result.messages);
    complete = (result.messages.at(-1)?.pending ?? 0) === 0;
  }
  return { entries: toEntries(pulled, range.afterSeq), complete };
}

function toEntries(pulled: readonly PulledMessage[], afterSeq: number): LogEntry[] {
  let previousSeq = afterSeq;
  // A position beyond the end of the stream made the reader start at the end: what is not after it is left out.
  return pulled
    .filter(({ seq }) => seq > afterSeq)
    .map(({ message, seq, storedAtMs }) => {
      const entry = { seq, previousSeq, json: new Uint8Array(message.data), storedAtMs };
      previousSeq = seq;
      return entry;
    });
}
