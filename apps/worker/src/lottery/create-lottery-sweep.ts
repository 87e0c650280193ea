import { type LotteryStep, listDueLotteries } from "@barrage/db";
import { freeze, seal } from "./close-steps.ts";
import { draw, publish } from "./draw-steps.ts";
import type { LotteryDeps, TakeStep } from "./lottery-deps.ts";
import { tellClosing, tellOpening } from "./tell-steps.ts";

/** Brings lotteries on whose time has come. */
export interface LotterySweep {
  /**
   * Takes every step that is due by Postgres' clock, whatever was missed. One lottery's failure is logged and tried again
   * later; it holds no other up.
   * @returns how many steps were tried
   */
  sweep(): Promise<number>;
}

const steps: Record<LotteryStep, TakeStep> = {
  "tell-opening": tellOpening,
  "tell-closing": tellClosing,
  freeze,
  seal,
  draw,
  publish,
};

const dueMax = 1_000;
const failedRetryMs = 5_000;

/** Makes the sweep. Any number of them may run, here and elsewhere. */
export function createLotterySweep(deps: LotteryDeps & { readonly now: () => number }): LotterySweep {
  const { database, logger, now } = deps;
  /** When to look at a lottery again: a hint, and lost with the process. */
  let notBeforeMs: ReadonlyMap<string, number> = new Map();

  return {
    async sweep() {
      const due = await listDueLotteries(database.orm, dueMax);
      const later = new Map<string, number>();
      let tried = 0;
      for (const lottery of due) {
        const waitUntilMs = notBeforeMs.get(lottery.id) ?? 0;
        if (waitUntilMs > now()) {
          later.set(lottery.id, waitUntilMs);
          continue;
        }
        tried += 1;
        try {
          const waitMs = await steps[lottery.step](deps, lottery);
          if (waitMs > 0) later.set(lottery.id, now() + waitMs);
        } catch (error) {
          logger.error(
            { error, lotteryId: lottery.id, step: lottery.step },
            "a lottery can't go on: again later",
          );
          later.set(lottery.id, now() + failedRetryMs);
        }
      }
      notBeforeMs = later;
      return tried;
    },
  };
}
