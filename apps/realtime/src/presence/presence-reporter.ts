import { type Bus, busTopics, type Presence } from "@barrage/platform";
import type { UniqueViewers } from "./unique-viewers.ts";

interface PresenceReporterDeps {
  readonly bus: Pick<Bus, "broadcast">;
  /** This process, by an id that no other has had. */
  readonly nodeId: string;
  readonly viewerCounts: () => Readonly<Record<string, number>>;
  readonly uniques: Pick<UniqueViewers, "flush" | "counts">;
  readonly periodMs: number;
}

/**
 * Tells all how many viewers each room has here, in one message however many come and go. Each report is whole and
 * replaces the one before, so a lost one needs no repair. @returns a function that ends it, with a last report of
 * nobody; it resolves when those who came last are counted.
 */
export function startPresenceReporter(deps: PresenceReporterDeps): () => Promise<void> {
  const { bus, nodeId, viewerCounts, uniques, periodMs } = deps;
  const report = (rooms: Presence["rooms"]) =>
    bus.broadcast(busTopics.presence, { node: nodeId, rooms, uniques: { ...uniques.counts() } });
  const timer = setInterval(() => {
    report({ ...viewerCounts() });
    // Told in the next report: a Redis that answers late must not make this one late.
    void uniques.flush();
  }, periodMs);
  return async () => {
    clearInterval(timer);
    await uniques.flush();
    report({});
  };
}
