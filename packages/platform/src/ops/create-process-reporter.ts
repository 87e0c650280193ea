import { hostname } from "node:os";
import type { Health } from "../lifecycle/health.ts";
import type { Service } from "../lifecycle/service.ts";
import type { Logger } from "../log/create-logger.ts";
import { busTopics } from "../nats/bus-topics.ts";
import type { Bus } from "../nats/create-bus.ts";
import type { ProcessReport, WorkReport } from "./process-report.ts";

interface ProcessReporterDeps {
  readonly bus: Pick<Bus, "broadcast">;
  readonly health: Pick<Health, "isReady">;
  readonly logger: Logger;
  /** This process, by an id that no other has had. */
  readonly id: string;
  readonly role: ProcessReport["role"];
  /** Asked for each report, with the seconds since the last one. */
  readonly work: (sinceS: number) => Promise<WorkReport> | WorkReport;
}

/** How often a process tells of itself. */
export const reportPeriodMs = 2_000;
const sampleMs = 100;

/**
 * Tells all who listen how this process is, every two seconds from its start to its end. A report is whole: a lost one
 * needs no repair. One that takes longer than the period delays the next.
 */
export function createProcessReporter(deps: ProcessReporterDeps): Service {
  const { bus, health, logger, id, role, work } = deps;
  const startedAtMs = Date.now();
  const loop = watchLoop();
  let cpu = process.cpuUsage();
  let lastMs = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  async function report(): Promise<void> {
    const nowMs = performance.now();
    const sinceS = Math.max(0.001, (nowMs - lastMs) / 1_000);
    lastMs = nowMs;
    const used = process.cpuUsage(cpu);
    cpu = process.cpuUsage();
    bus.broadcast(busTopics.processReported, {
      id,
      role,
      host: hostname(),
      pid: process.pid,
      startedAtMs,
      isReady: health.isReady(),
      cores: (used.user + used.system) / 1e6 / sinceS,
      memoryBytes: process.memoryUsage.rss(),
      loopDelayMs: loop.takeMax(),
      ...(await work(sinceS)),
    });
  }

  async function next(): Promise<void> {
    try {
      await report();
    } catch (error) {
      logger.debug({ error }, "this process could not tell of itself");
    }
    if (!isStopped) timer = setTimeout(() => void next(), reportPeriodMs);
  }

  return {
    name: "process reporter",
    start: () => void next(),
    stop() {
      isStopped = true;
      clearTimeout(timer);
      loop.stop();
    },
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
