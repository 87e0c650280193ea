import type { FeedItem, FeedPhase, FeedReason } from "@barrage/client";
import type { Role, RoomEventOf, RoomMoment } from "@barrage/protocol";
import type { ErrorDescription } from "../lib/describe-error.ts";
import { type LotteryFeed, noLotteries } from "../lottery/lottery-feed.ts";
import type { ChatLine, Draft, MessageLine } from "./chat-line.ts";

/** The public face of a room. */
export type RoomFace = RoomEventOf<"room.updated">["data"]["face"];

/** Who looks at the room. */
export interface Me {
  readonly id: string;
  readonly name: string;
}

/** Everything the room page derives from the feed and from what this viewer says. Replaced, never changed. */
export interface RoomFeed {
  readonly me: Me | null;
  /** The latest lines, oldest first; their number is bounded. */
  readonly lines: readonly ChatLine[];
  /** How many lines were ever appended: tells how many are new since some moment. */
  readonly added: number;
  /** Messages that have just been said and are to be shown over the picture, by the last input alone. */
  readonly flights: readonly MessageLine[];
  /** Ids of the messages deleted last, for views that hold older lines. */
  readonly deletedIds: readonly string[];
  /** The super message shown above the chat. */
  readonly pinned: MessageLine | null;
  readonly connection: Connection;
  /** The room's public face by its last event; null: as the api said. */
  readonly face: RoomFace | null;
  /** The last start, end or deletion that was seen. */
  readonly sitting: Sitting | null;
  readonly viewers: number | null;
  readonly lotteries: LotteryFeed;
  /** How many messages the server has shed for us so far. */
  readonly skipped: number;
  /** How many messages this viewer has begun to say here. */
  readonly drafts: number;
  /** How often what was derived had to be forgotten: whoever asks the api asks again when it grows. */
  readonly resets: number;
  /** What moderation did to this viewer; undefined: nothing seen, the api's answer holds. */
  readonly sanction: { readonly muted?: Sanction | undefined; readonly banned?: Sanction | undefined };
  readonly role: Role | null;
  /** Before this moment nothing can be sent (rate limit, slow mode). By this browser's clock. */
  readonly lockedUntilMs: number;
}

/** Until when; null: until it is lifted. */
export interface Sanction {
  readonly untilMs: number | null;
}

export interface Connection {
  readonly phase: FeedPhase;
  readonly reason: FeedReason | null;
  readonly retryAtMs: number | null;
}

export interface Sitting {
  readonly state: "started" | "ended" | "deleted";
  readonly session: string | null;
  readonly at: number;
}

/** Everything that can happen to a room's feed. */
export type FeedInput =
  | { readonly type: "items"; readonly items: readonly FeedItem[]; readonly nowMs: number }
  | { readonly type: "drafted"; readonly draft: Draft; readonly nowMs: number }
  | { readonly type: "sending"; readonly key: string }
  | {
      readonly type: "accepted";
      readonly key: string;
      readonly id: string;
      readonly at: number;
      readonly nowMs: number;
    }
  | {
      readonly type: "refused";
      readonly key: string;
      readonly error: ErrorDescription;
      readonly nowMs: number;
    }
  | { readonly type: "discarded"; readonly key: string }
  /** A replay has gone to another moment. */
  | { readonly type: "moved" }
  /** How the room was at the moment where a replay goes on. */
  | { readonly type: "placed"; readonly moment: RoomMoment }
  /** What was said before, in order. */
  | { readonly type: "recalled"; readonly lines: readonly MessageLine[] };

/** What the api said about the room and this viewer before the feed began. */
export interface FeedStart {
  readonly me: Me | null;
  readonly face: RoomFace | null;
  readonly role: Role | null;
}

/** A feed to which nothing has happened yet. */
export function createRoomFeed({ me, face, role }: FeedStart): RoomFeed {
  return {
    me,
    lines: [],
    added: 0,
    flights: [],
    deletedIds: [],
    pinned: null,
    connection: { phase: "connecting", reason: null, retryAtMs: null },
    face,
    sitting: null,
    viewers: null,
    lotteries: noLotteries,
    skipped: 0,
    drafts: 0,
    resets: 0,
    sanction: {},
    role,
    lockedUntilMs: 0,
  };
}
