import { AppError, type Cursor, formatCursor, type RoomEvent, roomEventSchema } from "@barrage/protocol";
import { draftDigest, type MessageDraft, saysTheSame } from "./message-draft.ts";
import { messageIdOf } from "./message-id.ts";
import { decodeSentEvent } from "./message-view.ts";
import type { Sent, SentRecords } from "./sent-records.ts";
import type { Cleared, WriteGates, Writer } from "./write-gates.ts";

/** One message from a user. */
export interface SendRequest {
  readonly room: string;
  /** Chosen by the client: the same key again is the same message. */
  readonly key: string;
  readonly draft: MessageDraft;
  /** Milliseconds into the picture, by the sender's player. */
  readonly mediaMs?: number | undefined;
}

/** Sending messages. */
export interface SendService {
  /**
   * Sends a message: resolves when the room log has acknowledged it, and then it is stored for good. The same key
   * again gives the same answer, whatever happened in between, and stores nothing more.
   * @throws AppError `key_reused`, `log_unavailable` (try again with the same key), and what {@link WriteGates} throws
   */
  send(writer: Writer, request: SendRequest): Promise<Sent>;
}

/** The part of the room log that sending needs. */
export interface MessageLog {
  publish(
    event: RoomEvent,
    options: { readonly messageId: string; readonly traceparent?: string | undefined },
  ): Promise<{ readonly cursor: Cursor; readonly duplicate: boolean }>;
  entryAt(
    seq: number,
  ): Promise<{ readonly roomId: string; readonly seq: number; readonly json: Uint8Array } | undefined>;
}

export interface SendServiceDeps {
  readonly gates: WriteGates;
  readonly records: SentRecords;
  readonly log: MessageLog;
  readonly now: () => number;
  readonly traceparent: () => string | undefined;
}

interface Attempt extends SendRequest {
  readonly id: string;
  readonly writer: Writer;
}

function toEvent(attempt: Attempt, cleared: Cleared, at: number): RoomEvent {
  const { type, ...said } = cleared.draft;
  const { id, room, writer, mediaMs } = attempt;
  return roomEventSchema.parse({
    v: 1,
    type,
    room,
    at,
    ...(mediaMs === undefined ? {} : { mediaMs }),
    by: { id: writer.id, name: writer.name, role: cleared.role },
    data: { id, session: cleared.session, ...said },
  });
}

/** The answer to a message that the log had already: as it was given, or would have been, the first time. */
async function firstAnswer(
  log: MessageLog,
  {
    attempt,
    draft,
    cursor,
  }: { readonly attempt: Attempt; readonly draft: MessageDraft; readonly cursor: Cursor },
): Promise<Sent> {
  const entry = await log.entryAt(cursor.seq);
  const stored = entry && decodeSentEvent(entry.json);
  if (stored === undefined || stored.data.id !== attempt.id) {
    throw new AppError("log_unavailable", { cause: `nothing of ${attempt.id} at ${cursor.seq}` });
  }
  if (!saysTheSame(stored, draft)) throw new AppError("key_reused");
  return { id: attempt.id, cursor: formatCursor(cursor), at: stored.at };
}

/** Makes the service. */
export function createSendService(deps: SendServiceDeps): SendService {
  const { gates, records, log } = deps;
  const underWay = new Map<string, { readonly digest: string; readonly outcome: Promise<Sent> }>();

  async function publish(attempt: Attempt): Promise<Sent> {
    const { id, room, writer } = attempt;
    const cleared = await gates.pass({ messageId: id, roomId: room, writer, draft: attempt.draft });
    const event = toEvent(attempt, cleared, deps.now());
    const { cursor, duplicate } = await log.publish(event, {
      messageId: id,
      traceparent: deps.traceparent(),
    });
    if (duplicate) return firstAnswer(log, { attempt, draft: cleared.draft, cursor });
    return { id, cursor: formatCursor(cursor), at: event.at };
  }

  async function sendOnce(attempt: Attempt, digest: string): Promise<Sent> {
    const claim = await records.claim(attempt.id, digest);
    if (claim.sent !== null) return claim.sent;
    try {
      const sent = await publish(attempt);
      await claim.settle(sent);
      return sent;
    } catch (error) {
      await claim.abandon();
      throw error;
    }
  }

  return {
    async send(writer, request) {
      const id = messageIdOf({ userId: writer.id, roomId: request.room, key: request.key });
      const digest = draftDigest(request.draft);
      const other = underWay.get(id);
      if (other !== undefined) {
        if (other.digest !== digest) throw new AppError("key_reused");
        return other.outcome;
      }
      const outcome = sendOnce({ ...request, id, writer }, digest);
      underWay.set(id, { digest, outcome });
      try {
        return await outcome;
      } finally {
        underWay.delete(id);
      }
    },
  };
}
