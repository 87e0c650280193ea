import { containsBlockedWord } from "@barrage/domain";
import { AppError, type Role, type UserRef } from "@barrage/protocol";
import type { FeatureGate } from "../../feature-gate.ts";
import type { RoomAccess } from "../../room-access/room-access.ts";
import type { RoomPolicies } from "../../room-access/room-policies.ts";
import { type RoomPolicy, roleIn, sanctionOf } from "../../room-access/room-policy.ts";
import { type MessageDraft, normalizeDraft, textOf } from "./message-draft.ts";
import type { SlowMode } from "./slow-mode.ts";

/** Somebody who wants to write. */
export interface Writer extends UserRef {
  readonly clientAddress: string;
}

/** One message before the gates. */
export interface WriteRequest {
  readonly messageId: string;
  readonly roomId: string;
  readonly writer: Writer;
  readonly draft: MessageDraft;
}

/** What came through the gates. */
export interface Cleared {
  /** The room's running session. */
  readonly session: string;
  readonly role: Role;
  /** With its text as it is to be stored. */
  readonly draft: MessageDraft;
}

/** Everything that stands between somebody and a room's log. */
export interface WriteGates {
  /**
   * Lets a message through, or says why not; the first gate that is shut decides.
   * @throws AppError `room_not_found`, `room_password_wrong`, `room_not_live`, `user_banned`, `user_muted`,
   *   `followers_only`, `slow_mode`, `text_invalid`, `word_blocked`, `rate_limited`, `feature_disabled`
   */
  pass(request: WriteRequest): Promise<Cleared>;
}

export interface WriteGatesDeps {
  readonly policies: RoomPolicies;
  readonly access: RoomAccess;
  readonly slowMode: SlowMode;
  readonly isFollower: (hostId: string, userId: string) => Promise<boolean>;
  /** Counts one message. @throws AppError `rate_limited` */
  readonly takeSend: (role: Role, userId: string) => Promise<void>;
  /** Words that nobody may write anywhere; see `containsBlockedWord`. */
  readonly blockedWords: () => readonly string[];
  readonly requireFeature: FeatureGate;
  readonly now: () => number;
}

/** Makes the gates. */
export function createWriteGates(deps: WriteGatesDeps): WriteGates {
  const { policies, slowMode } = deps;

  /** Why the room as such is shut for a user. */
  function shut(policy: RoomPolicy, userId: string): AppError | undefined {
    if (policy.sessionId === null) return new AppError("room_not_live");
    const asked = { userId, nowMs: deps.now() };
    return sanctionOf(policy, "bans", asked) ?? sanctionOf(policy, "mutes", asked);
  }

  async function openRoom(roomId: string, writer: Writer): Promise<RoomPolicy> {
    const known = await policies.get(roomId);
    await deps.access.enter(known, { userId: writer.id, clientAddress: writer.clientAddress });
    if (shut(known, writer.id) === undefined) return known;
    const policy = await policies.refreshed(roomId);
    const refusal = shut(policy, writer.id);
    if (refusal !== undefined) throw refusal;
    return policy;
  }

  async function checkText(request: WriteRequest, policy: RoomPolicy, role: Role): Promise<MessageDraft> {
    const draft = normalizeDraft(request.draft);
    const text = textOf(draft);
    if (text !== null && containsBlockedWord(text, deps.blockedWords())) throw new AppError("word_blocked");
    if (role === "viewer" && text !== null && containsBlockedWord(text, policy.blockedWords)) {
      throw new AppError("word_blocked");
    }
    await deps.takeSend(role, request.writer.id);
    return draft;
  }

  return {
    async pass(request) {
      const { roomId, writer, messageId } = request;
      if (request.draft.type !== "danmaku.sent") deps.requireFeature("features.gifts");
      const policy = await openRoom(roomId, writer);
      // For the compiler: an open room has a session.
      if (policy.sessionId === null) throw new AppError("room_not_live");
      const role = roleIn(policy, writer.id);
      const viewer = role === "viewer";
      if (viewer && policy.followersOnly && !(await deps.isFollower(policy.hostId, writer.id))) {
        throw new AppError("followers_only");
      }
      // Gifts have no text to slow down; they are held by the bucket alone.
      const pauseMs = viewer && request.draft.type !== "gift.sent" ? policy.slowModeMs : 0;
      const turn = { roomId, userId: writer.id, messageId, pauseMs };
      await slowMode.take(turn);
      try {
        const draft = await checkText(request, policy, role);
        return { session: policy.sessionId, role, draft };
      } catch (error) {
        await slowMode.giveBack(turn);
        throw error;
      }
    },
  };
}
