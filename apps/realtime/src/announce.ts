import { hostname } from "node:os";
import { createProcessAnnouncer, type Service, type ViewerLoad, type WorkReport } from "@barrage/platform";
import type { RealtimeNodeDeps } from "./realtime-node.ts";

interface AnnouncedNode {
  /** Its own address. */
  readonly url: () => string;
  readonly load: () => ViewerLoad;
  readonly work: (sinceS: number) => WorkReport;
}

/** Makes a node known as long as it runs, so that viewers are sent to it. To be started when it listens. */
export function createAnnouncer(
  { config, nodeId, ...deps }: RealtimeNodeDeps,
  { url, load, work }: AnnouncedNode,
): Service {
  return createProcessAnnouncer({
    ...deps,
    id: nodeId,
    role: "realtime",
    viewers: { address: () => publicAddress(config.publicUrl, url()), load },
    work,
  });
}

/** One text serves all nodes: what a process alone knows is filled in. */
export function publicAddress(template: string | undefined, ownUrl: string): string | null {
  if (template === undefined) return null;
  return template.replaceAll("{port}", new URL(ownUrl).port).replaceAll("{hostname}", hostname());
}
