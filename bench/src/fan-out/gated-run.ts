import { linesOf } from "./lines-of.ts";
import type { Held, StallGate } from "./stall-gate.ts";

/**
 * Runs bench/native/fan-load with `gated=1`: it is told when to measure its one load, and stays until the gate has asked
 * what it asks. @returns what it printed, and the answer.
 * @throws Error with what it said, or what the gate threw.
 */
export async function runGated(
  command: readonly string[],
  gate: StallGate,
  deadlineMs: number,
): Promise<{ readonly stdout: string; readonly held: Held }> {
  await using stack = new AsyncDisposableStack();
  const child = Bun.spawn([...command], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
  stack.defer(async () => {
    child.kill("SIGKILL");
    await child.exited;
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), deadlineMs);
  stack.defer(() => clearTimeout(timer));
  const lines = linesOf(child.stdout);
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done !== true) return value;
    throw new Error((await new Response(child.stderr).text()).trim() || "the load generator ended");
  };
  const connected = await nextLine();
  await gate.ready();
  await child.stdin.write("go\n");
  await child.stdin.flush();
  const load = await nextLine();
  const held = await gate.held();
  await child.stdin.end();
  return { stdout: `${connected}\n${load}\n`, held };
}
