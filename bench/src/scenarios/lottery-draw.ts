import { draw, merkleRoot, poolOf, utf8 } from "@barrage/domain";
import { createNativeHashing, newId } from "@barrage/platform";
import type { Measure, Scenario } from "../harness/scenario.ts";

const entryCount = 1_000_000;

async function measure(): Promise<readonly Measure[]> {
  const hashing = createNativeHashing();
  const entryIds = Array.from({ length: entryCount }, newId);
  let startMs = performance.now();
  const seconds = () => {
    const elapsed = (performance.now() - startMs) / 1_000;
    startMs = performance.now();
    return elapsed;
  };
  const pool = poolOf(entryIds);
  const sorting = seconds();
  await merkleRoot(pool.map(utf8), hashing);
  const merkle = seconds();
  const seed = new Uint8Array(32).fill(1);
  await draw({ lotteryId: "lot-1", seed, entryIds, beacon: new Uint8Array(0) }, hashing);
  // A draw checks the pool against its root first, which is the Merkle tree once more.
  const whole = seconds();
  return [
    { name: "sort", value: sorting, unit: "s" },
    { name: "Merkle root", value: merkle, unit: "s", bar: 10 },
    { name: "ranking", value: whole - merkle - sorting, unit: "s", bar: 5 },
    { name: "seal and draw", value: sorting + merkle + whole, unit: "s" },
  ];
}

/** What the lottery's hashes cost at a million entries. */
export const lotteryDraw: readonly Scenario[] = [
  { name: "lottery-draw", title: "A draw of 1,000,000 entries, in one thread", run: () => measure() },
];
