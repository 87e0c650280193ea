import { hostname } from "node:os";
import {
  type Bus,
  createNodeAnnouncer,
  type LiveSettings,
  type Logger,
  type NatsLink,
  type Service,
} from "@barrage/platform";
import type { RealtimeConfig } from "./config.ts";
import type { RealtimeNode } from "./realtime-node.ts";

interface AnnounceDeps {
  readonly link: NatsLink;
  readonly bus: Pick<Bus, "broadcast">;
  readonly logger: Logger;
  readonly nodeId: string;
  readonly config: Pick<RealtimeConfig, "publicUrl">;
  readonly settings: Pick<LiveSettings, "get">;
}

/** Makes a node known as long as it runs, so that viewers are sent to it. To be started after it. */
export function createAnnouncer(node: Pick<RealtimeNode, "url" | "load">, deps: AnnounceDeps): Service {
  const { nodeId: id, config, settings } = deps;
  return createNodeAnnouncer({
    ...deps,
    id,
    role: "realtime",
    address: () => publicAddress(config.publicUrl, node.url()),
    load: () => ({ ...node.load(), connectionsMax: settings.get("realtime.connectionsMax") }),
  });
}

/** One text serves all nodes: what a process alone knows is filled in. */
export function publicAddress(template: string | undefined, ownUrl: string): string | null {
  if (template === undefined) return null;
  return template.replaceAll("{port}", new URL(ownUrl).port).replaceAll("{hostname}", hostname());
}
