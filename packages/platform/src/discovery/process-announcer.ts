import { hostname } from "node:os";
import type { Service as MicroService } from "nats";
import type { Health } from "../lifecycle/health.ts";
import type { Service } from "../lifecycle/service.ts";
import type { Logger } from "../log/create-logger.ts";
import { busTopics } from "../nats/bus-topics.ts";
import type { NatsLink } from "../nats/connect-nats.ts";
import type { Bus } from "../nats/create-bus.ts";
import { type ProcessDetails, processDetailsSchema, type WorkReport } from "./process-details.ts";
import { watchFigures } from "./process-figures.ts";
import { barrageVersion, type ProcessReport, type ViewerLoad } from "./process-report.ts";

interface AnnouncerDeps {
  readonly link: NatsLink;
  readonly bus: Pick<Bus, "broadcast">;
  /** Once this says that the process is not ready any more, it is draining; everybody is told at once. */
  readonly health: Pick<Health, "onReady">;
  readonly logger: Logger;
  /** This process, by an id that no other has had. */
  readonly id: string;
  readonly role: ProcessReport["role"];
  /** Of a process that viewers are sent to. Asked once it has started; must not throw. */
  readonly viewers?: { readonly address: () => string | null; readonly load: () => ViewerLoad };
  /** Asked for each of the details, with the seconds since the last ones. */
  readonly work: (sinceS: number) => Promise<WorkReport> | WorkReport;
}

const periodMs = 1_000;
/** The details are in every second report: some of them are asked of servers. */
const detailsEvery = 2;

/**
 * Makes a process known while it runs: it reports once a second to whoever keeps a board of processes, and it is a
 * NATS service (`barrage-api`, `barrage-realtime`, `barrage-worker`) that answers PING, INFO and STATS, and its report
 * at `barrage.node.<id>`. Nobody keeps a list: whoever reports is there, and whoever falls silent is not. To be started
 * when the process does its work, and stopped when it no longer does.
 */
export function createProcessAnnouncer(deps: AnnouncerDeps): Service {
  const { bus, health, logger } = deps;
  let state: ProcessReport["state"] = "ready";
  const report = reporter(deps, () => state);
  const ending = new AsyncDisposableStack();

  function tell(fresh?: ProcessDetails): void {
    try {
      bus.broadcast(busTopics.process, report(fresh));
    } catch (error) {
      logger.warn({ error }, "this process can't report itself");
    }
  }

  return {
    name: "process announcer",
    async start() {
      const details = detailsReader(deps);
      ending.defer(details.stop);
      const micro = await addService(deps.link, () => report(details.newest()));
      // Ends at once where the connection is gone.
      ending.defer(
        async () => void (await Promise.race([micro.stop().catch(() => null), Bun.sleep(periodMs)])),
      );
      let beats = 0;
      // Details that take long delay one report, and no other.
      const beat = async (): Promise<void> => {
        const fresh = beats++ % detailsEvery === 0 ? await details.look() : undefined;
        if (state !== "gone") tell(fresh);
      };
      tell();
      void beat();
      const timer = setInterval(() => void beat(), periodMs);
      ending.defer(() => clearInterval(timer));
      ending.defer(
        health.onReady((ready) => {
          state = ready ? "ready" : "draining";
          tell();
        }),
      );
    },
    async stop() {
      state = "gone";
      tell();
      await ending.disposeAsync();
    },
  };
}

/** What is told: as it is now, with the details that are given. */
type Reporter = (details?: ProcessDetails) => ProcessReport;

function reporter({ id, role, viewers }: AnnouncerDeps, state: () => ProcessReport["state"]): Reporter {
  const startedAtMs = Date.now();
  return (details) => ({
    id,
    role,
    version: barrageVersion,
    address: viewers?.address() ?? null,
    host: hostname(),
    pid: process.pid,
    startedAtMs,
    ...(viewers?.load() ?? { connections: 0, connectionsMax: 0, busyShare: 0 }),
    state: state(),
    details,
  });
}

/** Looks at this process and its work, one look at a time. */
function detailsReader({ logger, work }: Pick<AnnouncerDeps, "logger" | "work">) {
  const figures = watchFigures();
  let lastMs = performance.now();
  let isLooking = false;
  let newest: ProcessDetails | undefined;

  /** Undefined where there is nothing new. */
  async function look(): Promise<ProcessDetails | undefined> {
    if (isLooking) return undefined;
    isLooking = true;
    try {
      const nowMs = performance.now();
      const sinceS = Math.max(0.001, (nowMs - lastMs) / 1_000);
      lastMs = nowMs;
      return (newest = processDetailsSchema.parse({ ...figures.take(sinceS), ...(await work(sinceS)) }));
    } catch (error) {
      logger.warn({ error }, "this process can't tell of its work");
      return undefined;
    } finally {
      isLooking = false;
    }
  }

  return { look, newest: () => newest, stop: figures.stop };
}

async function addService(link: NatsLink, report: () => ProcessReport): Promise<MicroService> {
  const { id, role, address, connectionsMax, host } = report();
  const micro = await link.connection.services.add({
    name: `barrage-${role}`,
    version: barrageVersion,
    description: `Barrage ${role}`,
    metadata: { node: id, role, address: address ?? "", capacity: String(connectionsMax), host },
    statsHandler: () => Promise.resolve(report()),
  });
  micro.addEndpoint("report", {
    subject: `barrage.node.${id}`,
    handler: (_error, message) => void message.respond(JSON.stringify(report())),
  });
  return micro;
}
