import type { Logger } from "../log/create-logger.ts";
import { busTopics } from "../nats/bus-topics.ts";
import type { NatsLink } from "../nats/connect-nats.ts";
import type { Bus } from "../nats/create-bus.ts";
import type { NodeReport } from "./node-report.ts";

/** The processes that run, as far as they are heard of. */
export interface NodeBoard {
  /** Their newest reports. One that was killed is gone 3.5 s later, one that ended at once. */
  list(): readonly NodeReport[];
  /** Counts a viewer who was sent to a node, until its next report counts them itself. */
  sent(nodeId: string): void;
  /** Stops listening. */
  close(): void;
}

interface NodeBoardDeps {
  readonly bus: Pick<Bus, "listen">;
  readonly link: Pick<NatsLink, "isConnected" | "watch">;
  readonly logger: Logger;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
}

interface Heard {
  readonly report: NodeReport;
  heardMs: number;
  sent: number;
}

/** Three reports may be lost. */
const silentMsMax = 3_500;
const nodesMax = 1_000;

/** Starts listening. While NATS is away nobody can be heard, so nobody is taken for gone. The caller closes it. */
export function createNodeBoard({ bus, link, logger, now }: NodeBoardDeps): NodeBoard {
  const heard = new Map<string, Heard>();

  function prune(): void {
    if (!link.isConnected()) return;
    const sinceMs = now() - silentMsMax;
    for (const [id, { heardMs }] of heard) if (heardMs < sinceMs) heard.delete(id);
  }

  function take(report: NodeReport): void {
    if (report.state === "gone") {
      heard.delete(report.id);
      return;
    }
    if (heard.size >= nodesMax && !heard.has(report.id)) {
      prune();
      if (heard.size >= nodesMax)
        return logger.warn({ node: report.id }, "there are too many nodes: one is ignored");
    }
    heard.set(report.id, { report, heardMs: now(), sent: 0 });
  }

  const stopListening = bus.listen(busTopics.node, take);
  const stopWatching = link.watch({
    onUp() {
      for (const node of heard.values()) node.heardMs = now();
    },
  });
  return {
    list() {
      prune();
      return Array.from(heard.values(), ({ report, sent }) => ({
        ...report,
        connections: report.connections + sent,
      }));
    },
    sent(nodeId) {
      const node = heard.get(nodeId);
      if (node !== undefined) node.sent += 1;
    },
    close() {
      stopListening();
      stopWatching();
    },
  };
}
