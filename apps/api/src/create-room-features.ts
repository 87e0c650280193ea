import type { Database } from "@barrage/db";
import type { BucketRule } from "@barrage/domain";
import {
  type Bus,
  createVolatileStore,
  currentTraceparent,
  newId,
  type RateLimiter,
  type RedisLink,
  type RoomLog,
  type Tickets,
} from "@barrage/platform";
import { AppError, type Role } from "@barrage/protocol";
import type { PasswordHasher } from "./auth/password-hasher.ts";
import { createHistoryService } from "./features/messages/history-service.ts";
import { createMessageFinder } from "./features/messages/message-finder.ts";
import type { MessagesRouterDeps } from "./features/messages/messages-router.ts";
import { createRemovalService } from "./features/messages/removal-service.ts";
import { createSendService } from "./features/messages/send-service.ts";
import { createSentRecords } from "./features/messages/sent-records.ts";
import { createSlowMode } from "./features/messages/slow-mode.ts";
import { createWriteGates } from "./features/messages/write-gates.ts";
import { createModerationService, type ModerationService } from "./features/moderation/moderation-service.ts";
import { createLiveService } from "./features/rooms/live-service.ts";
import type { RoomProceduresDeps } from "./features/rooms/room-procedures.ts";
import { createRoomsService } from "./features/rooms/rooms-service.ts";
import { createTicketService } from "./features/rooms/ticket-service.ts";
import { createAdmissions } from "./room-access/admissions.ts";
import { createFollowerLookup } from "./room-access/follower-lookup.ts";
import { createRoomAccess } from "./room-access/room-access.ts";
import { createRoomAnnouncer } from "./room-access/room-announcer.ts";
import { createRoomChanges } from "./room-access/room-changes.ts";
import { createRoomPolicies } from "./room-access/room-policies.ts";

/** How often things may be done around rooms. */
export interface RoomLimits {
  /** Messages of one user. */
  readonly send: BucketRule;
  /** Messages of one host or moderator. */
  readonly sendAsModerator: BucketRule;
  /** Passwords tried by one address at one room. */
  readonly roomPassword: BucketRule;
}

/** 1/s with a burst of 3, moderators 3/s; ten passwords, then one every six seconds. */
export const defaultRoomLimits: RoomLimits = {
  send: { capacity: 3, refillMs: 1_000 },
  sendAsModerator: { capacity: 3, refillMs: 1_000 / 3 },
  roomPassword: { capacity: 10, refillMs: 6_000 },
};

/** What rooms, messages and moderation are made of. */
export interface RoomFeaturesDeps {
  readonly database: Database;
  readonly roomLog: RoomLog;
  readonly bus: Bus;
  readonly redis: RedisLink;
  readonly limiter: RateLimiter;
  readonly tickets: Tickets;
  readonly passwords: PasswordHasher;
  /** The base address of the push nodes, for clients. */
  readonly realtimeUrl: string;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly now: () => number;
  readonly limits?: RoomLimits;
}

/** The services behind `rooms.*` and `messages.*`. */
export interface RoomFeatures {
  readonly rooms: RoomProceduresDeps;
  readonly moderation: ModerationService;
  readonly messages: MessagesRouterDeps;
  /** Stops listening to the other nodes. */
  close(): void;
}

/** Puts the three features together over what they share. The caller closes the result before the bus. */
export function createRoomFeatures(deps: RoomFeaturesDeps): RoomFeatures {
  const { database, bus, passwords, now, limits = defaultRoomLimits } = deps;
  const store = createVolatileStore(deps.redis);
  const policies = createRoomPolicies({ database, now });
  const announcer = createRoomAnnouncer({ bus, forget: (roomId) => policies.forget(roomId) });
  const changes = createRoomChanges({
    database,
    newId,
    traceparent: currentTraceparent,
    onChanged: (roomId) => announcer.announce(roomId),
  });

  async function take(key: string, rule: BucketRule): Promise<void> {
    const { allowed, retryAfterMs } = await deps.limiter.take(key, rule);
    if (!allowed) throw new AppError("rate_limited", { retryAfterMs });
  }

  const access = createRoomAccess({
    admissions: createAdmissions({ store, now }),
    passwords,
    takeAttempt: (roomId, address) => take(`room-password:${roomId}:${address}`, limits.roomPassword),
  });
  const shared = { ...deps, changes, policies, access, newId };
  return {
    rooms: {
      rooms: createRoomsService(shared),
      live: createLiveService(shared),
      tickets: createTicketService(shared),
    },
    moderation: createModerationService({ database, changes }),
    messages: createMessageServices({ ...shared, store, take, limits }),
    close: () => announcer.close(),
  };
}

type Shared = RoomFeaturesDeps &
  Pick<Parameters<typeof createWriteGates>[0], "policies" | "access"> &
  Pick<Parameters<typeof createRemovalService>[0], "changes"> &
  Pick<Parameters<typeof createSentRecords>[0], "store"> & {
    readonly limits: RoomLimits;
    readonly take: (key: string, rule: BucketRule) => Promise<void>;
  };

function createMessageServices(deps: Shared): MessagesRouterDeps {
  const { database, policies, access, changes, store, now, limits, roomLog } = deps;
  const records = createSentRecords({ store, sleep: Bun.sleep });
  const finder = createMessageFinder({ database, log: roomLog, records });
  const takeSend = (role: Role, userId: string) =>
    role === "viewer"
      ? deps.take(`send:${userId}`, limits.send)
      : deps.take(`send-as-moderator:${userId}`, limits.sendAsModerator);
  const gates = createWriteGates({
    policies,
    access,
    slowMode: createSlowMode({ store, now }),
    isFollower: createFollowerLookup({ database, now }),
    takeSend,
    now,
  });
  return {
    sending: createSendService({ gates, records, log: roomLog, now, traceparent: currentTraceparent }),
    history: createHistoryService({ database, policies, access, finder }),
    removal: createRemovalService({ finder, changes }),
  };
}
