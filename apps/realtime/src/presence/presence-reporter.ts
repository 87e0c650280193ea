import { type Bus, busTopics } from "@barrage/platform";

interface PresenceReporterDeps {
  readonly bus: Pick<Bus, "broadcast">;
  /** This process, by an id that no other has had. */
  readonly nodeId: string;
  readonly viewerCounts: () => Readonly<Record<string, number>>;
  readonly periodMs: number;
}

/**
 * Tells all how many viewers each room has here. Each report is whole and replaces the one before, so a lost one
 * needs no repair. @returns a function that ends it, with a last report of nobody.
 */
export function startPresenceReporter({
  bus,
  nodeId,
  viewerCounts,
  periodMs,
}: PresenceReporterDeps): () => void {
  const report = (rooms: Readonly<Record<string, number>>) =>
    bus.broadcast(busTopics.presence, { node: nodeId, rooms: { ...rooms } });
  const timer = setInterval(() => report(viewerCounts()), periodMs);
  return () => {
    clearInterval(timer);
    report({});
  };
}
