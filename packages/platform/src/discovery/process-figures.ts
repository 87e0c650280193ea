import type { ProcessDetails } from "./process-details.ts";

/** What any process can say of itself, whatever its work is. */
type ProcessFigures = Pick<ProcessDetails, "cores" | "memoryBytes" | "loopDelayMs">;

const sampleMs = 100;

/** Watches this process until it is stopped. `take` tells what was since it was last called, `sinceS` seconds ago. */
export function watchFigures() {
  const loop = watchLoop();
  let cpu = process.cpuUsage();
  return {
    take(sinceS: number): ProcessFigures {
      const used = process.cpuUsage(cpu);
      cpu = process.cpuUsage();
      return {
        cores: (used.user + used.system) / 1e6 / sinceS,
        memoryBytes: process.memoryUsage.rss(),
        loopDelayMs: loop.takeMax(),
      };
    },
    stop: () => loop.stop(),
  };
}

function watchLoop() {
  let maxMs = 0;
  let dueMs = performance.now() + sampleMs;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    maxMs = Math.max(maxMs, nowMs - dueMs);
    dueMs = nowMs + sampleMs;
  }, sampleMs);
  return {
    takeMax() {
      const taken = maxMs;
      maxMs = 0;
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}
