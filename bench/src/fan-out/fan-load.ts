import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "@barrage/platform";
import { runCommand } from "@barrage/scripts/process";
import { z } from "zod";
import type { RunningContestant } from "./contestants/contestant.ts";
import { runGated } from "./gated-run.ts";
import type { Load } from "./load.ts";
import { markedPayload } from "./payload.ts";
import type { Held, StallGate } from "./stall-gate.ts";

const connectedSchema = z.object({
  step: z.literal("connected"),
  connectS: z.number(),
  /** The server's memory before the first viewer, and with all of them. */
  emptyRssKb: z.number(),
  idleRssKb: z.number(),
  /** How long it was left alone with its viewers, and what that took. */
  idleS: z.number(),
  idleCpuS: z.number(),
});

const loadSchema = z.object({
  step: z.literal("load"),
  name: z.string(),
  seconds: z.number(),
  published: z.number(),
  /** Messages that were due and not published, because too many were in flight. */
  withheld: z.number(),
  deliveries: z.number(),
  cpuS: z.number(),
  generatorCpuS: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  p999Ms: z.number(),
  /** Deliveries that never came although a later one did; that came twice or out of order. */
  missing: z.number(),
  wrong: z.number(),
  /** Messages that had not reached everybody 2 s after the last one was published. */
  unsettled: z.number(),
  rssKb: z.number(),
});

const stepSchema = z.discriminatedUnion("step", [connectedSchema, loadSchema]);

/** What connecting and being idle took. */
export type Connected = z.infer<typeof connectedSchema>;
/** What one load took. */
export type LoadResult = z.infer<typeof loadSchema>;

/** What a run of the load generator saw. */
export interface FanLoadResult {
  readonly connected: Connected;
  /** One for each load, but for those after one that saturated the server. */
  readonly loads: readonly LoadResult[];
  /** Where there was a gate. */
  readonly held?: Held;
}

interface FanLoadOptions {
  readonly program: string;
  /** Put before the command line. */
  readonly prefix: readonly string[];
  readonly viewers: number;
  /** So many of them never read. */
  readonly stalled: number;
  readonly idleS: number;
  readonly loads: readonly Load[];
  /** How long to measure each load. */
  readonly seconds: number;
  /** When to measure the first load, beyond its warm-up, and what to ask before the viewers leave. */
  readonly gate?: StallGate;
}

/** The first load compiles what the next ones run: a compiler at work takes a fortieth of the processor. */
export const firstWarmUpS = 2;
const warmUpS = 0.5;
const overheadMsMax = 90_000;

/**
 * Runs bench/native/fan-load against a server.
 * @throws Error with what it said when viewers were refused, cut off, or nothing could be published.
 */
export async function runFanLoad(server: RunningContestant, options: FanLoadOptions): Promise<FanLoadResult> {
  const payloadFile = join(tmpdir(), `barrage-payload-${newId()}`);
  writeFileSync(payloadFile, markedPayload(newId()));
  try {
    const { seconds, loads, idleS } = options;
    const deadlineMs = overheadMsMax + (idleS + loads.length * (seconds + 5)) * 1_000;
    const command = [...options.prefix, options.program, ...programArguments(server, options, payloadFile)];
    if (options.gate !== undefined) {
      const { stdout, held } = await runGated(command, options.gate, deadlineMs);
      return { ...parseSteps(stdout), held };
    }
    const { code, stdout, stderr } = await runCommand(command, { deadlineMs });
    if (code !== 0) throw new Error(stderr.trim() || `the load generator ended with ${code}`);
    return parseSteps(stdout);
  } finally {
    rmSync(payloadFile, { force: true });
  }
}

function programArguments(server: RunningContestant, options: FanLoadOptions, payloadFile: string): string[] {
  const { protocol, port, path, publish, pids } = server;
  const load = ({ name, ratePerS, inFlightMax }: Load, index: number) => {
    const warmS = index === 0 ? firstWarmUpS : warmUpS;
    return `load=${[name, ratePerS, inFlightMax, warmS, options.seconds].join(":")}`;
  };
  const named = {
    protocol,
    port,
    path,
    publish,
    payload: payloadFile,
    pids: pids.join(","),
    viewers: options.viewers,
    stalled: options.stalled,
    idle: options.idleS,
    gated: options.gate === undefined ? 0 : 1,
    // A run of its own: the room log drops what it has seen before.
    "message-id": newId(),
  };
  return [...Object.entries(named).map(([name, value]) => `${name}=${value}`), ...options.loads.map(load)];
}

function parseSteps(output: string): FanLoadResult {
  const steps = output
    .trim()
    .split("\n")
    .map((line) => stepSchema.parse(JSON.parse(line)));
  const connected = steps.find((step) => step.step === "connected");
  if (connected === undefined) throw new Error("the load generator said nothing");
  return { connected, loads: steps.filter((step) => step.step === "load") };
}
