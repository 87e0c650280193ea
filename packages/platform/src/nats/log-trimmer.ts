import type { JetStreamManager } from "nats";
import type { TrimOptions } from "./room-log.ts";
import { isNotFound, roomStream } from "./room-stream.ts";

/**
 * See {@link RoomLog.trim}. The log refuses new events when it is full, since JetStream's own way of making room
 * (`discard: old`) drops events that the archive has not seen.
 */
export async function trimLog(
  jsm: JetStreamManager,
  { durable, whenFull, keep, keepFromSeq = Number.POSITIVE_INFINITY }: TrimOptions,
): Promise<number> {
  const { config, state } = await jsm.streams.info(roomStream);
  if (config.max_bytes <= 0 || state.bytes < config.max_bytes * whenFull) return 0;
  const spare = Math.floor(state.messages * (1 - (config.max_bytes * keep) / state.bytes));
  // Sequences are dense: events leave the stream only at its old end.
  const firstKept = Math.min(state.first_seq + spare, (await acknowledgedSeq(jsm, durable)) + 1, keepFromSeq);
  if (firstKept <= state.first_seq) return 0;
  return (await jsm.streams.purge(roomStream, { seq: firstKept })).purged;
}

async function acknowledgedSeq(jsm: JetStreamManager, durable: string): Promise<number> {
  try {
    return (await jsm.consumers.info(roomStream, durable)).ack_floor.stream_seq;
  } catch (error) {
    if (isNotFound(error)) return 0;
    throw error;
  }
}
