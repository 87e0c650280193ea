import { createHealth, createLogger, createProcessGroup, type Env, runApp } from "@barrage/platform";
import type { RealtimeConfig } from "./config.ts";

interface Program {
  readonly entry: string;
  readonly env: Env;
}

/** The processes have their whole deadline, and this is what it takes to see them end. */
const supervisorReserveMs = 2_000;

/** Runs the push node as several processes on one port, with this one as their supervisor. Ends the process. */
export async function runProcesses(config: RealtimeConfig, { entry, env }: Program): Promise<never> {
  const logger = createLogger({ name: "realtime-supervisor", level: config.logLevel });
  const group = createProcessGroup({
    count: config.processes,
    command: [process.execPath, entry],
    envOf: (index, port) => ({
      ...env,
      PROCESSES: String(config.processes),
      PROCESS_INDEX: String(index),
      PORT: String(port ?? config.port),
    }),
    metricPrefix: "barrage_realtime",
    logger,
  });
  return await runApp({
    services: [group],
    logger,
    health: createHealth(),
    deadlineMs: config.shutdownDeadlineMs + supervisorReserveMs,
    url: group.url,
  });
}
