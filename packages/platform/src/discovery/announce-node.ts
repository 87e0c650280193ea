import { hostname } from "node:os";
import type { Service as MicroService } from "nats";
import type { Service } from "../lifecycle/service.ts";
import type { Logger } from "../log/create-logger.ts";
import { busTopics } from "../nats/bus-topics.ts";
import type { NatsLink } from "../nats/connect-nats.ts";
import type { Bus } from "../nats/create-bus.ts";
import { barrageVersion, type NodeLoad, type NodeReport } from "./node-report.ts";

interface AnnounceDeps {
  readonly link: NatsLink;
  readonly bus: Pick<Bus, "broadcast">;
  readonly logger: Logger;
  readonly id: string;
  readonly role: NodeReport["role"];
  /** Asked once it has started: a port may be chosen only then. */
  readonly address: () => string | null;
  /** How it is now; must not throw. */
  readonly load: () => NodeLoad;
}

const periodMs = 1_000;

/**
 * Makes a process known while it runs: it reports once a second to whoever keeps a board of nodes, and it is a NATS
 * service (`barrage-api`, `barrage-realtime`, `barrage-worker`) that answers PING, INFO and STATS, and its report at
 * `barrage.node.<id>`. Nobody keeps a list: whoever reports is there, and whoever falls silent is not.
 */
export function createNodeAnnouncer(deps: AnnounceDeps): Service {
  const { link, bus, logger } = deps;
  const report = reporter(deps);
  let timer: ReturnType<typeof setInterval> | undefined;
  let micro: MicroService | undefined;

  function tell(state?: NodeReport["state"]): void {
    try {
      bus.broadcast(busTopics.node, report(state));
    } catch (error) {
      logger.warn({ error }, "this process can't report itself");
    }
  }

  return {
    name: "node announcer",
    async start() {
      micro = await addService(link, report);
      tell();
      timer = setInterval(() => tell(), periodMs);
    },
    async stop() {
      clearInterval(timer);
      tell("gone");
      // Ends at once where the connection is gone.
      await Promise.race([micro?.stop().catch(() => null), Bun.sleep(periodMs)]);
    },
  };
}

type Reporter = (state?: NodeReport["state"]) => NodeReport;

function reporter({ id, role, address, load }: AnnounceDeps): Reporter {
  const startedAtMs = Date.now();
  return (state) => {
    const now = load();
    return {
      id,
      role,
      version: barrageVersion,
      address: address(),
      host: hostname(),
      pid: process.pid,
      startedAtMs,
      ...now,
      state: state ?? now.state,
    };
  };
}

async function addService(link: NatsLink, report: Reporter): Promise<MicroService> {
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
