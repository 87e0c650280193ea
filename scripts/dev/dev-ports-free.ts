import { isPortFree } from "../services/index.ts";

export interface NeededPort {
  readonly port: number;
  readonly neededBy: string;
}

// The children of a predecessor that was killed take a moment to end.
const graceMs = 1_500;

/**
 * Makes sure that every port is free before anything is started.
 * @throws Error naming every taken port, who needs it, and the way out
 */
export async function requireFreePorts(needed: readonly NeededPort[]): Promise<void> {
  const deadline = performance.now() + graceMs;
  for (;;) {
    const taken = needed.filter(({ port }) => !isPortFree(port));
    if (taken.length === 0) return;
    if (performance.now() >= deadline) throw new Error(takenMessage(taken));
    await Bun.sleep(100);
  }
}

function takenMessage(taken: readonly NeededPort[]): string {
  return [
    ...taken.map(
      ({ port, neededBy }) => `port ${port}, which ${neededBy} needs, is taken by another program`,
    ),
    "stop that program, or choose other ports: bun run dev --port-base 5000",
  ].join("\n");
}
