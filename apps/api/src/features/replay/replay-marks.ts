import type { GiftMarkRow, LotteryMarkRow } from "@barrage/db";
import { type Gift, giftCountSchema, giftSchema, type UserRef } from "@barrage/protocol";
import { z } from "zod";

/** A moment of a session worth a jump, in milliseconds since its start. */
export type ReplayMark =
  | {
      readonly kind: "gift";
      readonly offsetMs: number;
      readonly by: UserRef;
      readonly gift: Gift;
      readonly count: number;
      /** So many other gifts were sent about then. */
      readonly more: number;
    }
  | {
      readonly kind: "lottery.opened" | "lottery.drawn";
      readonly offsetMs: number;
      readonly lottery: { readonly id: string; readonly title: string };
    };

interface MarkSources {
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly gifts: readonly GiftMarkRow[];
  readonly lotteries: readonly LotteryMarkRow[];
}

const giftDataSchema = z.object({ gift: giftSchema, count: giftCountSchema });

/** What is marked on a session's timeline, in the order of time. What came after its end has no place there. */
export function toReplayMarks({ startedAtMs, durationMs, gifts, lotteries }: MarkSources): ReplayMark[] {
  const offsetOf = (at: Date) => at.getTime() - startedAtMs;
  const marks: ReplayMark[] = gifts.map((row) => {
    const { gift, count } = giftDataSchema.parse(row.data);
    return { kind: "gift", offsetMs: offsetOf(row.at), by: row.by, gift, count, more: row.gifts - 1 };
  });
  for (const { id, title, openedAt, drawnAt } of lotteries) {
    const lottery = { id, title };
    marks.push({ kind: "lottery.opened", offsetMs: offsetOf(openedAt), lottery });
    if (drawnAt !== null) marks.push({ kind: "lottery.drawn", offsetMs: offsetOf(drawnAt), lottery });
  }
  return marks
    .filter(({ offsetMs }) => offsetMs >= 0 && offsetMs <= durationMs)
    .toSorted((left, right) => left.offsetMs - right.offsetMs);
}
