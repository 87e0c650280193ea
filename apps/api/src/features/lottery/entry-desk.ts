import {
  type Database,
  type EntryKey,
  type EntryOutcome,
  enterLotteries,
  findEntryFacts,
  type LotteryRow,
} from "@barrage/db";
import { asksNothing, type EntryFacts, type Lack, lacksOf } from "@barrage/domain";
import { createMicroBatcher } from "../../batching/micro-batcher.ts";

/** Somebody who wants into a lottery, as it is known. */
export interface Applicant {
  readonly lottery: LotteryRow;
  readonly userId: string;
}

/** What became of it: an outcome of the database, or what is lacking. */
export type Verdict =
  | { readonly kind: EntryOutcome }
  | { readonly kind: "lacking"; readonly lacks: readonly Lack[] };

/** Where entries are taken: many at once, in one statement, and an answer only after its commit. */
export interface EntryDesk {
  apply(applicant: Applicant): Promise<Verdict>;
}

interface EntryDeskDeps {
  readonly database: Database;
  readonly newId: () => string;
}

const keyOf = ({ lotteryId, userId }: EntryKey) => `${lotteryId} ${userId}`;

/** A stranger to the database meets no condition: their log-in is older than their account, which is gone. */
const unknownFacts: EntryFacts = {
  followsHost: false,
  accountAgeMs: 0,
  watchedSeconds: 0,
  sentPhrase: false,
  lastWonAgoMs: null,
};

/** Makes the desk. */
export function createEntryDesk({ database, newId }: EntryDeskDeps): EntryDesk {
  const { orm } = database;

  async function factsOf(applicants: readonly Applicant[]): Promise<ReadonlyMap<string, EntryFacts>> {
    const asked = applicants.filter(({ lottery }) => !asksNothing(lottery.conditions));
    if (asked.length === 0) return new Map();
    const keys = asked.map(({ lottery, userId }) => ({ lotteryId: lottery.id, userId }));
    const rows = await findEntryFacts(orm, keys);
    return new Map(
      rows.map(({ lotteryId, userId, ...facts }) => [
        keyOf({ lotteryId, userId }),
        { ...facts, sentPhrase: false },
      ]),
    );
  }

  async function run(applicants: readonly Applicant[]): Promise<readonly Verdict[]> {
    const facts = await factsOf(applicants);
    const judged = applicants.map(({ lottery, userId }) => {
      const key = { lotteryId: lottery.id, userId };
      if (asksNothing(lottery.conditions)) return { key, lottery, evidence: {}, lacks: [] };
      const evidence = facts.get(keyOf(key)) ?? unknownFacts;
      return { key, lottery, evidence, lacks: lacksOf(lottery.conditions, evidence) };
    });
    const entries = judged
      .filter(({ lacks }) => lacks.length === 0)
      .map(({ key, lottery: { rulesVersion }, evidence }) => ({
        ...key,
        entryId: newId(),
        rulesVersion,
        evidence,
        atMs: null,
      }));
    const outcomes = entries.length === 0 ? [] : await enterLotteries(orm, entries);
    const byKey = new Map(outcomes.map((entry) => [keyOf(entry), entry.outcome]));
    return judged.map(({ key, lacks }) =>
      lacks.length > 0 ? { kind: "lacking", lacks } : { kind: byKey.get(keyOf(key)) ?? "unclear" },
    );
  }

  const batcher = createMicroBatcher<Applicant, Verdict>({
    run,
    windowMs: 5,
    batchMax: 500,
    // While one is being committed, the next grows: side by side, they would stay small.
    runningMax: 1,
    waitingMax: 20_000,
    whenFull: "rate_limited",
    // A little more than Postgres gives a statement. A batch may be committed later still: nobody was told that they
    // are in, and who enters again is found to be.
    deadlineMs: 6_000,
  });
  return { apply: (applicant) => batcher.add(applicant) };
}
