import { hashHexSchema, idSchema } from "@barrage/protocol";
import { z } from "zod";
import { isRunning, type LotteryView } from "./lottery-view.ts";

/** How many are remembered; the oldest go. */
export const seenMax = 60;

/**
 * What this browser saw of lotteries before they were drawn. A server that changed a seed or a pool afterwards could show
 * everybody a record that fits; it can't change what was seen here.
 */
export const seenLotteriesSchema = z
  .array(z.object({ id: idSchema, commit: hashHexSchema, root: hashHexSchema.nullable() }))
  .max(seenMax);

/** What this browser saw of lotteries before they were drawn, the latest last. */
export type SeenLotteries = z.infer<typeof seenLotteriesSchema>;

type Shown = Pick<LotteryView, "id" | "state" | "commit" | "root">;

/** `seen` with what `lotteries` show now. What was seen first stays; the same object when there is nothing new. */
export function rememberLotteries(seen: SeenLotteries, lotteries: readonly Shown[]): SeenLotteries {
  const known = new Map(seen.map((one) => [one.id, one]));
  let news = false;
  for (const { id, commit, root } of lotteries.filter(isRunning)) {
    const before = known.get(id);
    if (before !== undefined && (before.root !== null || root === null)) continue;
    known.set(id, { id, commit: before?.commit ?? commit, root });
    news = true;
  }
  return news ? [...known.values()].slice(-seenMax) : seen;
}
