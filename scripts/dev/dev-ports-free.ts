import { isPortFree } from "../services/index.ts";

export interface NeededPort {
  readonly port: number;
  readonly neededBy: string;
}

// Whoever stops one dev and starts the next by hand may be faster than a socket.
const graceMs = 1_500;
/** The apps of a predecessor that was killed end in good order, within their deadline of ten seconds. */
const leftBehindGraceMs = 15_000;

/**
 * Makes sure that every port is free before anything is started. What a predecessor that was killed has left behind is
 * waited for until it has ended; a port that another program has is named soon.
 * @throws Error naming every taken port, who needs it, and the way out
 */
export async function requireFreePorts(
  needed: readonly NeededPort[],
  { wasLeftBehind = false }: { readonly wasLeftBehind?: boolean } = {},
): Promise<void> {
  const deadline = performance.now() + (wasLeftBehind ? leftBehindGraceMs : graceMs);
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
