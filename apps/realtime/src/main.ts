import { parseArgs } from "node:util";
import { realtimeConfig } from "./config.ts";
import { runNode } from "./run-node.ts";
import { runProcesses } from "./run-processes.ts";

const usage = `bun apps/realtime/src/main.ts [--processes N]

Serves the viewers. All settings come from the environment; docs/architecture.md says how it fits in.
  --processes N   run N processes on one port, or "auto" for one per core (as PROCESSES in the environment)
`;
const usageExitCode = 64;

function readArguments(): { readonly processes?: string | undefined } {
  try {
    return parseArgs({ args: Bun.argv.slice(2), options: { processes: { type: "string" } } }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(usageExitCode);
  }
}

const { processes } = readArguments();
const env = processes === undefined ? process.env : { ...process.env, PROCESSES: processes };
const config = realtimeConfig.parseOrExit(env);
// A process that has an index was started by a supervisor.
const isSupervisor = config.processes > 1 && config.processIndex === undefined;
await (isSupervisor ? runProcesses(config, { entry: Bun.main, env }) : runNode(config));
