import { allLiveSubject, allRoomsSubject, epochOf } from "@barrage/protocol";
import {
  DiscardPolicy,
  type JetStreamManager,
  NatsError,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from "nats";
import type { Logger } from "../log/create-logger.ts";

/** The name of the stream that holds all rooms. */
export const roomStream = "ROOMS";

/** How much the room log keeps. The same for every process of one installation: the last one to start wins. */
export interface RoomLogRetention {
  /** Older events are dropped. 0: none is too old. */
  readonly ageMaxMs: number;
  /** When full, new events are refused (`log_unavailable`) rather than old ones dropped unread. */
  readonly bytesMax: number;
  /** For how long a message id is remembered. At least 10 minutes in production. */
  readonly dedupeWindowMs: number;
  /** On how many servers of a cluster the log is kept. 1 when left out. */
  readonly replicas?: number;
}

type WantedConfig = Pick<
  StreamConfig,
  | "name"
  | "subjects"
  | "storage"
  | "retention"
  | "discard"
  | "max_age"
  | "max_bytes"
  | "duplicate_window"
  | "allow_direct"
  | "republish"
  | "num_replicas"
>;

function wantedConfig(retention: RoomLogRetention): WantedConfig {
  return {
    name: roomStream,
    subjects: [allRoomsSubject],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    max_age: nanos(retention.ageMaxMs),
    max_bytes: retention.bytesMax,
    duplicate_window: nanos(retention.dedupeWindowMs),
    allow_direct: true,
    num_replicas: retention.replicas ?? 1,
    republish: { src: allRoomsSubject, dest: allLiveSubject },
  };
}

/**
 * Makes sure that the stream exists with the wanted settings; several processes may do so at once.
 * @throws NatsError when the server refuses: a setting that can't be changed (storage, retention), or no space.
 */
export async function ensureRoomStream(
  jsm: JetStreamManager,
  retention: RoomLogRetention,
  logger: Logger,
): Promise<StreamInfo> {
  const wanted = wantedConfig(retention);
  const found = await streamInfo(jsm);
  if (found === undefined) {
    try {
      await jsm.streams.add(wanted);
      // Processes that create it in the same moment can be told different times of creation: what stays counts.
      const created = await jsm.streams.info(roomStream);
      logger.info({ stream: roomStream, epoch: streamEpoch(created) }, "room log created");
      return created;
    } catch (error) {
      // Another process may have been faster, with other limits: then the stream is there now.
      const other = await streamInfo(jsm);
      if (other === undefined) throw error;
      return await correct(jsm, { wanted, found: other, logger });
    }
  }
  return await correct(jsm, { wanted, found, logger });
}

interface Correction {
  readonly wanted: WantedConfig;
  readonly found: StreamInfo;
  readonly logger: Logger;
}

async function correct(jsm: JetStreamManager, { wanted, found, logger }: Correction): Promise<StreamInfo> {
  const config: Partial<StreamConfig> = found.config;
  const drift = Object.entries(wanted).filter(
    ([field, value]) => !Bun.deepEquals(value, fieldOf(config, field)),
  );
  if (drift.length === 0) return found;
  const changes = drift.map(([field, value]) => ({ field, from: fieldOf(config, field), to: value }));
  logger.warn({ stream: roomStream, changes }, "room log settings differ: updating them");
  return await jsm.streams.update(roomStream, { ...found.config, ...wanted });
}

function fieldOf(config: Partial<StreamConfig>, field: string): unknown {
  return Object.entries(config).find(([name]) => name === field)?.[1];
}

async function streamInfo(jsm: JetStreamManager): Promise<StreamInfo | undefined> {
  try {
    return await jsm.streams.info(roomStream);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** True when JetStream says that the stream, consumer, key or message is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof NatsError && (error.code === "404" || error.api_error?.code === 404);
}

/** The epoch of a stream, from the moment of its creation. */
export function streamEpoch(info: StreamInfo): string {
  const createdAtMs = Date.parse(info.created);
  if (!Number.isFinite(createdAtMs))
    throw new Error(`NATS gave a creation time that is none: ${info.created}`);
  return epochOf(createdAtMs);
}
