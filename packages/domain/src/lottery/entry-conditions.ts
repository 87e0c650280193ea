import type { ErrorCode, LotteryConditions } from "@barrage/protocol";

/** What is known of somebody who wants to enter. */
export interface EntryFacts {
  readonly followsHost: boolean;
  readonly accountAgeMs: number;
  /** Of the session in which the lottery was created. */
  readonly watchedSeconds: number;
  /** They are entering by the phrase now. */
  readonly sentPhrase: boolean;
  /** How long ago they won in this room; null: never. */
  readonly lastWonAgoMs: number | null;
}

/** A condition that is not met. */
export interface Lack {
  readonly condition: keyof LotteryConditions;
  /** The code that entering is refused with. */
  readonly code: ErrorCode;
  /** What to do, in a sentence. */
  readonly message: string;
}

const dayMs = 86_400_000;

const plural = (count: number, unit: string) => `${count} ${unit}${count === 1 ? "" : "s"}`;

/** What somebody still lacks, in the order in which it is asked for; empty: they may enter. */
export function lacksOf(conditions: LotteryConditions, facts: EntryFacts): Lack[] {
  const { followHost, accountAgeDays, watchedSeconds, notWonWithinDays, phrase } = conditions;
  const lacks: Lack[] = [];
  if (followHost && !facts.followsHost) {
    lacks.push({ condition: "followHost", code: "lottery_follow_required", message: "Follow the host." });
  }
  if (accountAgeDays !== null && facts.accountAgeMs < accountAgeDays * dayMs) {
    const left = Math.ceil((accountAgeDays * dayMs - facts.accountAgeMs) / dayMs);
    const message = `Your account must be ${plural(accountAgeDays, "day")} old: ${plural(left, "day")} to go.`;
    lacks.push({ condition: "accountAgeDays", code: "lottery_account_too_young", message });
  }
  if (watchedSeconds !== null && facts.watchedSeconds < watchedSeconds) {
    const left = watchedSeconds - facts.watchedSeconds;
    const message = `Watch ${plural(watchedSeconds, "second")}: ${plural(left, "second")} to go.`;
    lacks.push({ condition: "watchedSeconds", code: "lottery_watch_required", message });
  }
  if (notWonWithinDays !== null && wonWithin(facts, notWonWithinDays)) {
    const message = `You won here within the last ${plural(notWonWithinDays, "day")}.`;
    lacks.push({ condition: "notWonWithinDays", code: "lottery_won_recently", message });
  }
  if (phrase !== null && !facts.sentPhrase) {
    const message = `Send “${phrase}” as a danmaku.`;
    lacks.push({ condition: "phrase", code: "lottery_phrase_required", message });
  }
  return lacks;
}

function wonWithin({ lastWonAgoMs }: EntryFacts, days: number): boolean {
  return lastWonAgoMs !== null && lastWonAgoMs < days * dayMs;
}

/** Whether anything at all is asked. */
export function asksNothing(conditions: LotteryConditions): boolean {
  return Object.values(conditions).every((value) => value === null || value === false);
}
