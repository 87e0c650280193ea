import { busTopics, createProcessReporter, createRate, type Health, newId } from "@barrage/platform";
import { createLiveService, type LiveService } from "./features/ops/live-service.ts";
import { createProcessBoard } from "./features/ops/process-board.ts";
import type { Infrastructure } from "./infrastructure.ts";

/** What this process has answered since its start. */
interface AnswerCounts {
  readonly all: number;
  /** By a fault of ours. */
  readonly failed: number;
}

interface OpsLiveDeps {
  readonly infrastructure: Infrastructure;
  readonly health: Health;
  readonly counts: AnswerCounts;
}

/** Listens to what processes tell of themselves, and tells of this one; `closing` ends both. */
export function composeOpsLive(
  { infrastructure, health, counts }: OpsLiveDeps,
  closing: AsyncDisposableStack,
): LiveService {
  const { bus, config, database, logger } = infrastructure;
  const board = createProcessBoard({ now: () => performance.now() });
  closing.defer(bus.listen(busTopics.processReported, (report) => board.learn(report)));
  const requests = createRate(() => counts.all);
  const failures = createRate(() => counts.failed);
  const reporter = createProcessReporter({
    bus,
    health,
    logger,
    id: newId(),
    role: "api",
    work: (sinceS) => ({ api: { requestsPerS: requests(sinceS), failuresPerS: failures(sinceS) } }),
  });
  void reporter.start?.();
  closing.defer(() => reporter.stop(AbortSignal.abort()));
  return createLiveService({ board, database, tracesUrl: config.tracesUrl, now: Date.now });
}
