import type { LotteryConditions, LotteryPrize, LotteryWinner } from "@barrage/protocol";
import { formatWait, formatWhole, plural } from "../lib/format.ts";

const namedMax = 3;

/** "Mug, 3 × Sticker, and 2 more": short however many kinds there are. */
export function prizesInWords(prizes: readonly Pick<LotteryPrize, "name" | "count">[]): string {
  const named = prizes
    .slice(0, namedMax)
    .map(({ name, count }) => (count === 1 ? name : `${formatWhole(count)} × ${name}`));
  const others = prizes.length - named.length;
  return others === 0 ? named.join(", ") : `${named.join(", ")}, and ${others} more`;
}

/** "1 entry", "1,284 entries". */
export function entriesInWords(entries: number): string {
  return entries === 1 ? "1 entry" : `${formatWhole(entries)} entries`;
}

/** Who won, in a sentence that stays short however many they are. */
export function winnersInWords(winners: readonly LotteryWinner[], more: number): string {
  if (winners.length === 0) return "Nobody had entered, so nobody won.";
  const named = winners.slice(0, namedMax).map(({ user, prizeName }) => `${user.name} won ${prizeName}`);
  const others = winners.length - named.length + more;
  const end = others === 0 ? "" : `, and ${plural(others, "other")} won too`;
  return `${named.join(", ")}${end}.`;
}

/** One rule of a lottery, for people. */
export interface LotteryRule {
  readonly condition: keyof LotteryConditions;
  readonly text: string;
}

/** What has to be done to enter, rule by rule; empty: anybody may. */
export function rulesInWords(conditions: LotteryConditions, hostName: string): readonly LotteryRule[] {
  const { followHost, accountAgeDays, watchedSeconds, phrase, notWonWithinDays } = conditions;
  const rules: LotteryRule[] = [];
  if (followHost) rules.push({ condition: "followHost", text: `Follow ${hostName}` });
  if (accountAgeDays !== null)
    rules.push({
      condition: "accountAgeDays",
      text: `An account that is at least ${plural(accountAgeDays, "day")} old`,
    });
  if (watchedSeconds !== null)
    rules.push({
      condition: "watchedSeconds",
      text: `Watched for at least ${formatWait(watchedSeconds * 1000)}`,
    });
  if (notWonWithinDays !== null)
    rules.push({
      condition: "notWonWithinDays",
      text: `Nothing won here in the last ${plural(notWonWithinDays, "day")}`,
    });
  if (phrase !== null) rules.push({ condition: "phrase", text: `Send “${phrase}” in the chat` });
  return rules;
}

/** A complaint of the rules as a sentence. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
