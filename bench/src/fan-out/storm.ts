import { z } from "zod";
import { linesOf } from "./lines-of.ts";
import type { Pinning } from "./pinning.ts";

const stormSchema = z.object({
  step: z.literal("storm"),
  /** From the first knock until the last viewer had everything. */
  tookS: z.number(),
  /** How many viewers had everything in the end. */
  caughtUp: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  maxMs: z.number(),
  deliveries: z.number(),
  missing: z.number(),
  wrong: z.number(),
  /** Knocks that were answered with a refusal; their viewers knocked again after a second. */
  refused: z.number(),
  /** What the server took for it. */
  cpuS: z.number(),
  generatorCpuS: z.number(),
});

/** What a storm was like for those in it. */
export type StormResult = z.infer<typeof stormSchema>;

interface StormOptions {
  readonly program: string;
  readonly pinning: Pinning;
  readonly protocol: "sse" | "ws";
  readonly viewers: number;
  readonly spreadS: number;
  readonly missed: number;
  /** The server that they watch first. */
  readonly port: number;
  readonly path: string;
}

/** A crowd whose server may now be taken away. Whoever started it closes it. */
export interface StormCrowd extends AsyncDisposable {
  /** Sends all of them to another server. Resolves when the last one has caught up. @throws Error with what it said. */
  comeBack(to: { readonly port: number; readonly path: string; readonly pid: number }): Promise<StormResult>;
}

const connectedMsMax = 90_000;
const overheadMsMax = 60_000;

/**
 * Opens the viewers of bench/native/fan-load, and keeps them for a storm.
 * @throws Error with what it said when not all were let in.
 */
export async function openStormCrowd(options: StormOptions): Promise<StormCrowd> {
  const { program, pinning, protocol, viewers, spreadS, missed, port, path } = options;
  const named = { protocol, port, path, viewers, storm: spreadS, missed };
  const child = Bun.spawn(
    [...pinning.viewersPrefix, program, ...Object.entries(named).map(([name, value]) => `${name}=${value}`)],
    { stdin: "pipe", stdout: "pipe", stderr: "pipe" },
  );
  const lines = linesOf(child.stdout);
  const failed = async () =>
    new Error((await new Response(child.stderr).text()).trim() || "the viewers ended");
  const lineWithin = async (ms: number): Promise<string> => {
    const timer = setTimeout(() => child.kill("SIGKILL"), ms);
    const { value, done } = await lines.next();
    clearTimeout(timer);
    if (done === true) throw await failed();
    return value;
  };
  const close = async () => {
    child.kill("SIGKILL");
    await child.exited;
  };
  try {
    await lineWithin(connectedMsMax);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async comeBack(to) {
      await child.stdin.write(`${to.port} ${to.path} ${to.pid}\n`);
      await child.stdin.end();
      return stormSchema.parse(JSON.parse(await lineWithin(spreadS * 1_000 + overheadMsMax)));
    },
    [Symbol.asyncDispose]: close,
  };
}
