import type { Actor, DanmakuMode, Gift } from "@barrage/protocol";
import type { ErrorDescription } from "../lib/describe-error.ts";

/** What was said, without who and when. */
export type Content =
  | { readonly kind: "danmaku"; readonly text: string; readonly color: string; readonly mode: DanmakuMode }
  | { readonly kind: "gift"; readonly gift: Gift; readonly count: number }
  | { readonly kind: "super"; readonly text: string };

/** What a viewer is about to say. */
export interface Draft {
  /** The idempotency key: every attempt to send it uses the same one. */
  readonly key: string;
  readonly content: Content;
}

/** How far our own message has come. Everybody else's is `sent`. */
export type Delivery =
  | { readonly state: "sent" }
  | { readonly state: "sending"; readonly draft: Draft }
  | {
      readonly state: "failed";
      readonly draft: Draft;
      readonly error: ErrorDescription;
      readonly retryAtMs: number;
    };

/** Something that somebody said. */
export interface MessageLine {
  readonly kind: "message";
  /** Stable for as long as the line lives, also when our own draft becomes a message. */
  readonly key: string;
  /** The message's id; null while the server has not accepted it. */
  readonly id: string | null;
  readonly at: number;
  readonly by: Actor;
  readonly content: Content;
  /** So many people said the same just then, and this line stands for them all. */
  readonly saidBy?: number;
  readonly delivery: Delivery;
  readonly deleted: boolean;
}

/** Something that happened in the room, or to our view of it. */
export interface NoticeLine {
  readonly kind: "notice";
  readonly key: string;
  readonly at: number;
  readonly tone: "info" | "good" | "warn";
  readonly text: string;
}

/** One line of the chat. */
export type ChatLine = MessageLine | NoticeLine;

/** Whether two messages say the same, so that an event can be recognised as our own draft come back. */
export function saysTheSame(one: Content, other: Content): boolean {
  if (one.kind === "gift")
    return other.kind === "gift" && one.gift === other.gift && one.count === other.count;
  // Drafts hold text that is already normalised by the server's own rule, so equal means equal.
  return one.kind === other.kind && one.text === other.text;
}
