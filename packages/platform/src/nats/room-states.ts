import { idSchema, roomLimitsSchema, visibilitySchema } from "@barrage/protocol";
import { type KV, StorageType } from "nats";
import { z } from "zod";
import type { Logger } from "../log/create-logger.ts";
import type { NatsLink } from "./connect-nats.ts";
import { logCall } from "./log-call.ts";
import { parseJson } from "./parse-json.ts";

/** What a realtime node must know of a room that it never asks Postgres for. */
export const roomStateSchema = z.object({
  visibility: visibilitySchema,
  status: z.enum(["idle", "live"]),
  sessionId: idSchema.nullable(),
  hostId: idSchema,
  /** The room's own limits of what is shown of a crowd, when it has any. */
  limits: roomLimitsSchema.optional(),
});

/** What a realtime node must know of a room. */
export type RoomState = z.infer<typeof roomStateSchema>;

/**
 * The current state of every room, a copy of Postgres' that the worker writes after a room's events.
 * @throws AppError `log_unavailable` from every call while NATS can't be reached.
 */
export interface RoomStates {
  /** Null: there is no such room. */
  get(roomId: string): Promise<RoomState | null>;
  put(roomId: string, state: RoomState): Promise<void>;
  delete(roomId: string): Promise<void>;
}

interface RoomStatesDeps {
  readonly link: NatsLink;
  readonly logger: Logger;
  /** On how many servers of a cluster the bucket is kept; counts when it is created. 1 when left out. */
  readonly replicas?: number;
}

const bucketName = "room-state";
const requestMs = 3_000;

/** Opens the bucket, creating it where it is missing; again when NATS came back without it. */
export async function createRoomStates({ link, logger, replicas = 1 }: RoomStatesDeps): Promise<RoomStates> {
  const open = (): Promise<KV> =>
    link.connection
      .jetstream({ timeout: requestMs, checkAPI: false })
      .views.kv(bucketName, { history: 1, storage: StorageType.File, replicas });
  let bucket = await logCall(link, open);

  /** One try more, with the bucket made again: creating is idempotent. */
  async function withBucket<T>(work: (bucket: KV) => Promise<T>): Promise<T> {
    try {
      return await logCall(link, () => work(bucket));
    } catch (error) {
      if (!link.isConnected()) throw error;
      bucket = await logCall(link, open);
      return await logCall(link, () => work(bucket));
    }
  }

  return {
    async get(roomId) {
      if (!idSchema.safeParse(roomId).success) return null;
      const entry = await withBucket((kv) => kv.get(roomId));
      if (entry === null || entry.operation !== "PUT") return null;
      const state = roomStateSchema.safeParse(parseJson(entry.string()));
      if (state.success) return state.data;
      logger.error({ room: roomId, issues: state.error.issues }, "a room state can't be read");
      return null;
    },
    async put(roomId, state) {
      const key = idSchema.parse(roomId);
      await withBucket((kv) => kv.put(key, JSON.stringify(roomStateSchema.parse(state))));
    },
    async delete(roomId) {
      const key = idSchema.parse(roomId);
      await withBucket((kv) => kv.delete(key));
    },
  };
}
