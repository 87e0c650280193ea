import { expect, test } from "bun:test";
import type { ProcessReport } from "@barrage/platform";
import { createProcessBoard } from "./process-board.ts";

const report = (id: string, role: ProcessReport["role"] = "api"): ProcessReport => ({
  id,
  role,
  host: "host",
  pid: 1,
  startedAtMs: 1,
  isReady: true,
  cores: 0.1,
  memoryBytes: 1,
  loopDelayMs: 0,
});

test("a process is on the board for as long as it speaks, and no more than so many are", () => {
  let nowMs = 0;
  const board = createProcessBoard({ now: () => nowMs, processesMax: 2 });
  board.learn(report("worker00", "worker"));
  board.learn(report("api00000"));
  board.learn(report("toomany0"));
  const ids = () => board.list().map(({ id }) => id);
  expect(ids()).toEqual(["api00000", "worker00"]);
  nowMs = 4_000;
  board.learn({ ...report("api00000"), isReady: false });
  nowMs = 6_000;
  expect(ids()).toEqual(["api00000"]);
  expect(board.list()[0]?.isReady).toBe(false);
  nowMs = 10_000;
  expect(ids()).toEqual([]);
});
