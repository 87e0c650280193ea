import type { ProcessReport } from "@barrage/platform";

interface ProcessBoardDeps {
  /** Milliseconds since any beginning; must not go back. */
  readonly now: () => number;
  readonly processesMax?: number;
}

/** The newest report of each process that is there. */
export interface ProcessBoard {
  learn(report: ProcessReport): void;
  /** By role and then by start. */
  list(): readonly ProcessReport[];
}

/** Two reports may be lost; who was silent for longer is gone. */
const lifeMs = 5_000;

/** Keeps what processes say of themselves for as long as they go on saying it. */
export function createProcessBoard({ now, processesMax = 1_000 }: ProcessBoardDeps): ProcessBoard {
  const heard = new Map<string, { readonly report: ProcessReport; readonly atMs: number }>();

  function forgetSilent(): void {
    for (const [id, { atMs }] of heard) if (now() - atMs > lifeMs) heard.delete(id);
  }

  return {
    learn(report) {
      forgetSilent();
      if (heard.size >= processesMax && !heard.has(report.id)) return;
      heard.set(report.id, { report, atMs: now() });
    },
    list() {
      forgetSilent();
      return [...heard.values()]
        .map(({ report }) => report)
        .toSorted((a, b) => a.role.localeCompare(b.role) || a.startedAtMs - b.startedAtMs);
    },
  };
}
