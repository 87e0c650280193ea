import { type DueLottery, type LotteryPass, type LotteryStep, listDueLotteries } from "@barrage/db";
import { askRoundsOnce } from "./ask-rounds-once.ts";
import { freeze, seal } from "./close-steps.ts";
import { draw, drawByBeacon, publish } from "./draw-steps.ts";
import type { LotteryDeps, TakeStep } from "./lottery-deps.ts";
import { tellClosing, tellOpening } from "./tell-steps.ts";

/** Brings lotteries on whose time has come. */
export interface LotterySweep {
  /**
   * Takes every step that is due by Postgres' clock, whatever was missed, but for draws by a beacon. One lottery's failure
   * is logged and tried again later; it holds no other up. Ends before the next step once `signal` aborts.
   * @returns how many steps were tried
   */
  sweep(signal: AbortSignal): Promise<number>;
  /**
   * Draws what waits for a beacon. Each round is asked for once, and none any more once the beacon hangs: so long a call
   * takes at most, and `signal` ends it in the midst of asking.
   * @returns how many draws were tried
   */
  drawByBeacon(signal: AbortSignal): Promise<number>;
}

const steps: Record<LotteryStep, TakeStep> = {
  "tell-opening": tellOpening,
  "tell-closing": tellClosing,
  freeze,
  seal,
  draw,
  "draw-by-beacon": drawByBeacon,
  publish,
};

const dueMax = 1_000;
const failedRetryMs = 5_000;

type SweepDeps = LotteryDeps & { readonly now: () => number };

/** Makes the sweep. Any number of them may run, here and elsewhere, and both of its passes at the same time. */
export function createLotterySweep(deps: SweepDeps): LotterySweep {
  const own = createPass(deps, "own");
  const byBeacon = createPass(deps, "beacon");
  /** Who met the beacon hanging, the longest ago first: they go last, lest one round that hangs keeps all others unasked. */
  let hungAt: readonly string[] = [];

  return {
    sweep: (signal) => own({ signal, take: (due) => steps[due.step](deps, due) }),
    drawByBeacon(signal) {
      const beacon = deps.beacon && askRoundsOnce(deps.beacon, signal);
      const passDeps = { ...deps, beacon };
      return byBeacon({
        signal,
        order: (due) => {
          hungAt = hungAt.filter((id) => due.some((lottery) => lottery.id === id));
          return due.toSorted((a, b) => hungAt.indexOf(a.id) - hungAt.indexOf(b.id));
        },
        async take(due) {
          const wasHanging = beacon?.isHanging();
          const waitMs = await steps[due.step](passDeps, due);
          if (beacon?.isHanging() && !wasHanging) hungAt = [...hungAt.filter((id) => id !== due.id), due.id];
          return waitMs;
        },
      });
    },
  };
}

interface Pass {
  readonly signal: AbortSignal;
  readonly take: (due: DueLottery) => Promise<number>;
  readonly order?: (due: readonly DueLottery[]) => readonly DueLottery[];
}

function createPass({ database, logger, now }: SweepDeps, which: LotteryPass) {
  /** When to look at a lottery again: a hint, and lost with the process. */
  let notBeforeMs: ReadonlyMap<string, number> = new Map();

  return async ({ signal, take, order = (due) => due }: Pass): Promise<number> => {
    const due = order(await listDueLotteries(database.orm, which, dueMax));
    const later = new Map<string, number>();
    let tried = 0;
    for (const lottery of due) {
      if (signal.aborted) break;
      const waitUntilMs = notBeforeMs.get(lottery.id) ?? 0;
      if (waitUntilMs > now()) {
        later.set(lottery.id, waitUntilMs);
        continue;
      }
      tried += 1;
      try {
        const waitMs = await take(lottery);
        if (waitMs > 0) later.set(lottery.id, now() + waitMs);
      } catch (error) {
        // Ended by us: nothing is wrong with the lottery.
        if (signal.aborted) break;
        logger.error(
          { error, lotteryId: lottery.id, step: lottery.step },
          "a lottery can't go on: again later",
        );
        later.set(lottery.id, now() + failedRetryMs);
      }
    }
    notBeforeMs = later;
    return tried;
  };
}
