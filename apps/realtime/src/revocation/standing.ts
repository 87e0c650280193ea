import { ticketLifeMs } from "@barrage/platform";
import type { CloseReason, RoomEvent, Visibility } from "@barrage/protocol";
import type { Viewer } from "../session/session.ts";

/** Why and how a viewer is sent away. */
export interface Dismissal {
  readonly reason: CloseReason;
  /** When it may knock again; null: never. */
  readonly retryAfterMs: number | null;
}

interface StandingOptions {
  readonly visibility: Visibility;
  /** The running session; null while the room is not live. */
  readonly sessionId: string | null;
  /** Draws when somebody who needs a new ticket may come back. */
  readonly returnMs: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

type BanTold = Extract<RoomEvent, { type: "user.banned" }>["data"];

/** An api node may issue tickets by a policy that is a few seconds old, and clocks differ. */
const slackMs = 10_000;

/**
 * What a room's own events tell of whether it is live and of who may watch it. A ban is kept for as long as a ticket from before it may turn up:
 * after that the api issues none, so the bans held here are those of the last seconds, however many a room has.
 */
export class Standing {
  readonly #options: StandingOptions;
  /** By user: when the ban need not be kept any longer. The oldest first. */
  readonly #bans = new Map<string, number>();
  #visibility: Visibility;
  #sessionId: string | null;
  #isDeleted = false;

  constructor(options: StandingOptions) {
    this.#options = options;
    this.#visibility = options.visibility;
    this.#sessionId = options.sessionId;
  }

  get visibility(): Visibility {
    return this.#visibility;
  }

  /** The running session; null while the room is not live. */
  get sessionId(): string | null {
    return this.#sessionId;
  }

  get isDeleted(): boolean {
    return this.#isDeleted;
  }

  /** Takes in the room's next event. */
  learn(event: RoomEvent): void {
    if (event.type === "room.deleted") this.#isDeleted = true;
    else if (event.type === "room.updated") this.#visibility = event.data.face.visibility;
    else if (event.type === "room.started") this.#sessionId = event.data.session;
    else if (event.type === "room.ended") this.#sessionId = null;
    else if (event.type === "user.unbanned") this.#bans.delete(event.data.user.id);
    else if (event.type === "user.banned") this.#ban(event.data, event.at);
  }

  /**
   * Why a viewer may not, or no more, watch; undefined when nothing speaks against it. Who was let in while the room
   * was open is sent to the api for another ticket, which knows whether a closed room's door is open to them.
   */
  whyNot({ userId, door }: Viewer): Dismissal | undefined {
    if (this.#isDeleted) return { reason: "room_deleted", retryAfterMs: null };
    if (userId !== null && this.#isBanned(userId)) return { reason: "access_revoked", retryAfterMs: null };
    if (this.#visibility !== "private" || door === "private") return undefined;
    if (door === "none") return { reason: "access_revoked", retryAfterMs: null };
    return { reason: "goodbye", retryAfterMs: this.#options.returnMs() };
  }

  /** No event tells of the end of a ban that was for a time. */
  #isBanned(userId: string): boolean {
    return (this.#bans.get(userId) ?? 0) > this.#options.now();
  }

  #ban({ user: { id: userId }, untilMs: banUntilMs }: BanTold, atMs: number): void {
    const nowMs = this.#options.now();
    for (const [old, untilMs] of this.#bans) {
      if (untilMs > nowMs) break;
      this.#bans.delete(old);
    }
    this.#bans.delete(userId);
    const untilMs = Math.min(atMs + ticketLifeMs + slackMs, banUntilMs ?? Number.POSITIVE_INFINITY);
    if (untilMs > nowMs) this.#bans.set(userId, untilMs);
  }
}
