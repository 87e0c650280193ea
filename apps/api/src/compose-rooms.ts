import { randomBytes } from "node:crypto";
import type { BucketRule } from "@barrage/domain";
import { currentTraceparent, type LiveSettings, newId } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { composeLottery } from "./compose-lottery.ts";
import { composeRecordings } from "./compose-recordings.ts";
import { createFeatureGate, type FeatureGate } from "./feature-gate.ts";
import { type CoverService, createCoverService } from "./features/covers/cover-service.ts";
import type { LotteryRouterDeps } from "./features/lottery/lottery-router.ts";
import { createHistoryService } from "./features/messages/history-service.ts";
import { createMessageFinder } from "./features/messages/message-finder.ts";
import type { MessagesRouterDeps } from "./features/messages/messages-router.ts";
import { createRemovalService } from "./features/messages/removal-service.ts";
import { createSendService } from "./features/messages/send-service.ts";
import { createSentRecords } from "./features/messages/sent-records.ts";
import { createSlowMode } from "./features/messages/slow-mode.ts";
import { createWriteGates } from "./features/messages/write-gates.ts";
import { createModerationService, type ModerationService } from "./features/moderation/moderation-service.ts";
import type { RecordingProceduresDeps } from "./features/recordings/recording-procedures.ts";
import { createReplayService, type ReplayService } from "./features/replay/replay-service.ts";
import { createJoinService, type JoinService } from "./features/rooms/join-service.ts";
import { createLiveService } from "./features/rooms/live-service.ts";
import { createMembersService } from "./features/rooms/members-service.ts";
import type { RoomProceduresDeps } from "./features/rooms/room-procedures.ts";
import { createRoomsService } from "./features/rooms/rooms-service.ts";
import { createTicketService } from "./features/rooms/ticket-service.ts";
import type { Infrastructure } from "./infrastructure.ts";
import { createAdmissions } from "./room-access/admissions.ts";
import { createFollowerLookup } from "./room-access/follower-lookup.ts";
import { createPasswordMemory } from "./room-access/password-memory.ts";
import { createRoomAccess, type RoomAccess } from "./room-access/room-access.ts";
import { createRoomAnnouncer } from "./room-access/room-announcer.ts";
import { createRoomChanges, type RoomChanges } from "./room-access/room-changes.ts";
import { createRoomPolicies, type RoomPolicies } from "./room-access/room-policies.ts";
import { createWatchGate, type WatchGate } from "./room-access/watch-gate.ts";

/** How often things may be done around rooms. */
interface RoomLimits {
  /** Messages of one user. */
  readonly send: BucketRule;
  /** Messages of one host or moderator. */
  readonly sendAsModerator: BucketRule;
  /** Changes of rooms (moderation and deleted messages, too) by one user. */
  readonly change: BucketRule;
  /** Covers that one user begins to upload. */
  readonly cover: BucketRule;
  /** Passwords tried by one address at one room. */
  readonly roomPassword: BucketRule;
  /** Passwords that one user gives to rooms. */
  readonly setPassword: BucketRule;
}

/** Messages as the settings say now; changes 2/s after a hundred; passwords 1 in 6 s after ten. */
function roomLimitsOf(settings: Pick<LiveSettings, "get">): RoomLimits {
  const messages = (perSecond: number): BucketRule => ({
    capacity: settings.get("messages.burst"),
    refillMs: 1_000 / perSecond,
  });
  return {
    get send() {
      return messages(settings.get("messages.perSecond"));
    },
    get sendAsModerator() {
      return messages(settings.get("messages.moderatorPerSecond"));
    },
    change: { capacity: 100, refillMs: 500 },
    // Each costs the worker some seconds of a core.
    cover: { capacity: 20, refillMs: 30_000 },
    roomPassword: { capacity: 10, refillMs: 6_000 },
    setPassword: { capacity: 20, refillMs: 6_000 },
  };
}

/** The services behind `rooms.*`, `messages.*`, `lottery.*`, `replay.*` and `media.*`. */
export interface RoomFeatures {
  readonly rooms: RoomProceduresDeps;
  readonly moderation: ModerationService;
  readonly messages: MessagesRouterDeps;
  readonly lottery: LotteryRouterDeps;
  readonly replay: ReplayService;
  readonly recordings: RecordingProceduresDeps;
  readonly covers: CoverService;
}

/** Puts the features together over what they share. What has to be closed is handed to `closing`. */
export function composeRooms(infrastructure: Infrastructure, closing: AsyncDisposableStack): RoomFeatures {
  const { bus, config, database, passwords, rateLimiter, settings, store, tickets } = infrastructure;
  const limits = roomLimitsOf(settings);
  const requireFeature = createFeatureGate(settings);
  const now = Date.now;
  const policies = createRoomPolicies({ database, now });
  const announcer = createRoomAnnouncer({ bus, forget: (roomId) => policies.forget(roomId) });
  closing.defer(() => announcer.close());

  async function take(key: string, rule: BucketRule): Promise<void> {
    const { allowed, retryAfterMs } = await rateLimiter.take(key, rule);
    if (!allowed) throw new AppError("rate_limited", { retryAfterMs });
  }

  const changes = createRoomChanges({
    database,
    newId,
    traceparent: currentTraceparent,
    takeChange: (userId) => take(`change-room:${userId}`, limits.change),
    onChanged: (roomId) => announcer.announce(roomId),
  });
  const access = createRoomAccess({
    admissions: createAdmissions({ store, now }),
    memory: createPasswordMemory({ key: randomBytes(32), now }),
    passwords,
    takeAttempt: (roomId, address) => take(`room-password:${roomId}:${address}`, limits.roomPassword),
  });
  const takePassword = (userId: string) => take(`set-room-password:${userId}`, limits.setPassword);
  const gate = createWatchGate({ policies, access, now });
  const shared = { database, changes, policies, access, gate, passwords, requireFeature, newId, now };
  return {
    rooms: {
      rooms: createRoomsService({ ...shared, randomBytes, takePassword }),
      live: createLiveService(shared),
      joining: composeJoining(infrastructure, gate),
      members: createMembersService({ database, gate, bus, now: () => performance.now() }),
      tickets: createTicketService({ ...shared, tickets, realtimeUrl: config.realtimeUrl }),
    },
    moderation: createModerationService({ database, changes }),
    messages: composeMessages(infrastructure, { ...shared, take, limits }),
    lottery: composeLottery(infrastructure, { ...shared, take }),
    replay: createReplayService(shared),
    recordings: composeRecordings(infrastructure, { gate, take, now }),
    covers: createCoverService({
      ...shared,
      media: infrastructure.media,
      takeUpload: (userId) => take(`cover:${userId}`, limits.cover),
    }),
  };
}

interface SharedParts {
  readonly policies: RoomPolicies;
  readonly access: RoomAccess;
  readonly gate: WatchGate;
  readonly changes: RoomChanges;
  readonly limits: RoomLimits;
  readonly requireFeature: FeatureGate;
  /** Counts one. @throws AppError `rate_limited` */
  readonly take: (key: string, rule: BucketRule) => Promise<void>;
  readonly now: () => number;
}

function composeMessages(infrastructure: Infrastructure, parts: SharedParts): MessagesRouterDeps {
  const { database, roomLog, settings, store } = infrastructure;
  const { policies, access, gate, changes, limits, requireFeature, now } = parts;
  const records = createSentRecords({ store, sleep: Bun.sleep, now });
  const finder = createMessageFinder({ database, log: roomLog, records });
  const gates = createWriteGates({
    policies,
    access,
    slowMode: createSlowMode({ store, now }),
    isFollower: createFollowerLookup({ database, now }),
    takeSend: (role, userId) =>
      role === "viewer"
        ? parts.take(`send:${userId}`, limits.send)
        : parts.take(`send-as-moderator:${userId}`, limits.sendAsModerator),
    blockedWords: () => settings.get("moderation.blockedWords"),
    requireFeature,
    now,
  });
  return {
    sending: createSendService({ gates, records, log: roomLog, now, traceparent: currentTraceparent }),
    history: createHistoryService({ database, gate, finder }),
    removal: createRemovalService({ finder, changes }),
  };
}

function composeJoining({ board, config, settings, tickets }: Infrastructure, gate: WatchGate): JoinService {
  const smallRoomViewers = () => settings.get("realtime.smallRoomViewers");
  return createJoinService({ gate, tickets, board, commonUrl: config.realtimeUrl, smallRoomViewers });
}
