import type { Logger } from "../log/create-logger.ts";
import { busTopics } from "../nats/bus-topics.ts";
import type { NatsLink } from "../nats/connect-nats.ts";
import type { Bus } from "../nats/create-bus.ts";
import type { ProcessReport } from "./process-report.ts";

/** A process that viewers may be sent to. */
export type PushNode = Pick<ProcessReport, "id" | "address" | "connections" | "connectionsMax"> & {
  readonly isDraining: boolean;
};

/** The processes that run, as far as they are heard of. */
export interface ProcessBoard {
  /** Their newest reports, each with the newest details. One that was killed is gone 3.5 s later, one that ended at once. */
  list(): readonly ProcessReport[];
  /** Those that viewers may be sent to, with what choosing among them takes: cheap enough for each viewer who comes. */
  pushNodes(): readonly PushNode[];
  /** Counts a viewer who was sent to a node, until its next report counts them itself. */
  sent(nodeId: string): void;
  /** False while NATS is away: then the board says how it was. */
  isHearing(): boolean;
  /** Stops listening. */
  close(): void;
}

interface ProcessBoardDeps {
  readonly bus: Pick<Bus, "listen">;
  readonly link: Pick<NatsLink, "isConnected" | "watch">;
  readonly logger: Logger;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  readonly processesMax?: number;
}

interface Heard {
  readonly report: ProcessReport;
  heardMs: number;
  sent: number;
}

/** Three reports may be lost, or two and one be late. */
const silentMsMax = 3_500;

/** Starts listening. While NATS is away nobody can be heard, so nobody is taken for gone. The caller closes it. */
export function createProcessBoard(deps: ProcessBoardDeps): ProcessBoard {
  const { bus, link, logger, now, processesMax = 1_000 } = deps;
  const heard = new Map<string, Heard>();

  function prune(): void {
    if (!link.isConnected()) return;
    const sinceMs = now() - silentMsMax;
    for (const [id, { heardMs }] of heard) if (heardMs < sinceMs) heard.delete(id);
  }

  function take(report: ProcessReport): void {
    const { id, state } = report;
    if (state === "gone") {
      heard.delete(id);
      return;
    }
    const known = heard.get(id);
    if (known === undefined && heard.size >= processesMax) {
      prune();
      if (heard.size >= processesMax) {
        return logger.warn({ process: id }, "there are too many processes: one is ignored");
      }
    }
    const details = report.details ?? known?.report.details;
    heard.set(id, { report: { ...report, details }, heardMs: now(), sent: 0 });
  }

  const stopListening = bus.listen(busTopics.process, take);
  const stopWatching = link.watch({
    onUp() {
      for (const process of heard.values()) process.heardMs = now();
    },
  });
  return {
    list() {
      prune();
      return Array.from(heard.values(), asListed);
    },
    pushNodes() {
      prune();
      return pushNodesOf(heard.values());
    },
    sent(nodeId) {
      const node = heard.get(nodeId);
      if (node !== undefined) node.sent += 1;
    },
    isHearing: () => link.isConnected(),
    close() {
      stopListening();
      stopWatching();
    },
  };
}

function asListed({ report, sent }: Heard): ProcessReport {
  return { ...report, connections: report.connections + sent };
}

function pushNodesOf(processes: Iterable<Heard>): PushNode[] {
  const nodes: PushNode[] = [];
  for (const { report, sent } of processes) {
    if (report.role !== "realtime") continue;
    const { id, address, connectionsMax, state } = report;
    const connections = report.connections + sent;
    nodes.push({ id, address, connections, connectionsMax, isDraining: state === "draining" });
  }
  return nodes;
}
