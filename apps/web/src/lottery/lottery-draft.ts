import { newLotterySchema } from "@barrage/domain";
import { sentence } from "./lottery-words.ts";

/** One kind of prize as it is filled in. */
export interface PrizeDraft {
  /** Tells rows apart while they are edited. */
  readonly key: number;
  readonly name: string;
  readonly count: string;
}

/** What the form of a lottery holds: numbers as they are typed; empty conditions ask nothing. */
export interface LotteryDraft {
  readonly title: string;
  readonly prizes: readonly PrizeDraft[];
  /** After `amount` of these, or by hand. */
  readonly closing: "seconds" | "minutes" | "hours" | "by_hand";
  readonly amount: string;
  readonly followHost: boolean;
  readonly accountAgeDays: string;
  readonly watchedMinutes: string;
  readonly notWonWithinDays: string;
  readonly phrase: string;
}

export const emptyLotteryDraft: LotteryDraft = {
  title: "",
  prizes: [{ key: 0, name: "", count: "1" }],
  closing: "minutes",
  amount: "5",
  followHost: false,
  accountAgeDays: "",
  watchedMinutes: "",
  notWonWithinDays: "",
  phrase: "",
};

/** What is wrong, by place: `title`, `prizes`, `prizes.0.name`, `amount`, `phrase`, … */
export type LotteryFaults = Readonly<Record<string, string>>;

/** What the form's parts are called where the api calls them otherwise, and what they say when no number was typed. */
const places: Readonly<Record<string, { readonly place: string; readonly number: string }>> = {
  closesInMs: { place: "amount", number: "It closes 10 seconds to 24 hours after it opens." },
  "conditions.accountAgeDays": { place: "accountAgeDays", number: "Give whole days, from 1 to 3,650." },
  "conditions.watchedSeconds": { place: "watchedMinutes", number: "Give minutes, up to a day (1440)." },
  "conditions.notWonWithinDays": { place: "notWonWithinDays", number: "Give whole days, from 1 to 3,650." },
  "conditions.phrase": { place: "phrase", number: "" },
};

const countText = "Give a whole number, from 1 to 1,000.";

/** What is wrong with a draft, by the same rules as the server's. */
export function faultsOfLottery(draft: LotteryDraft): LotteryFaults {
  const faults: Record<string, string> = {};
  for (const issue of newLotterySchema.safeParse(inputOf(draft)).error?.issues ?? []) {
    const path = issue.path.join(".");
    const known = places[path];
    const typed = issue.code !== "custom" && known !== undefined && known.number !== "";
    const text = typed ? known.number : path.endsWith(".count") ? countText : sentence(issue.message);
    faults[known?.place ?? path] ??= text;
  }
  // A count that is wrong by itself makes the sum wrong too: one complaint is enough.
  if (Object.keys(faults).some((place) => place.endsWith(".count"))) delete faults["prizes"];
  return faults;
}

/** The draft as `lottery.create` takes it. Only for a draft without faults. */
export function newLotteryOf(draft: LotteryDraft) {
  return newLotterySchema.parse(inputOf(draft));
}

/** How many prizes there are in all, as far as the counts are numbers. */
export function prizesTotalOf({ prizes }: Pick<LotteryDraft, "prizes">): number {
  return prizes.reduce((total, { count }) => total + (numberOf(count) || 0), 0);
}

const unitMs = { seconds: 1_000, minutes: 60_000, hours: 3_600_000 } as const;

function inputOf(draft: LotteryDraft) {
  const { title, prizes, closing, amount, followHost, phrase } = draft;
  return {
    title,
    prizes: prizes.map(({ name, count }) => ({ name, count: numberOf(count) })),
    closesInMs: closing === "by_hand" ? null : Math.round(numberOf(amount) * unitMs[closing]),
    conditions: {
      followHost,
      accountAgeDays: optional(draft.accountAgeDays),
      watchedSeconds: optional(draft.watchedMinutes, 60),
      notWonWithinDays: optional(draft.notWonWithinDays),
      phrase: phrase.trim() === "" ? null : phrase,
    },
  };
}

function optional(text: string, times = 1): number | null {
  if (text.trim() === "") return null;
  const number = numberOf(text) * times;
  return times === 1 ? number : Math.round(number);
}

/** NaN where no number was typed: every rule refuses it. */
function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text.replace(",", "."));
}
