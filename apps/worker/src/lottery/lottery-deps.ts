import type { Database, DueLottery } from "@barrage/db";
import type { Hashing } from "@barrage/domain";
import type { BeaconClient, Logger } from "@barrage/platform";
import type { PhraseEntries } from "./phrase-entries.ts";

/** What the steps of a lottery are made with. */
export interface LotteryDeps {
  readonly database: Database;
  readonly hashing: Hashing;
  readonly newId: () => string;
  /** Null: none is configured; a lottery that was promised one waits. */
  readonly beacon: BeaconClient | null;
  readonly phrases: PhraseEntries;
  readonly logger: Logger;
}

/**
 * One step of a lottery. Every step may be tried by several workers at once, and cut off anywhere: what it changes is one
 * transaction behind one conditional update, the event that tells of it in the outbox included.
 * @returns after how long to try again should the step still be due; 0: at once
 */
export type TakeStep = (deps: LotteryDeps, due: DueLottery) => Promise<number>;
