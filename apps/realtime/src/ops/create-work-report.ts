import { createRate, type WorkReport } from "@barrage/platform";
import type { Metrics } from "../metrics/metrics.ts";
import type { RoomRegistry } from "../room/room-registry.ts";

interface WorkReportDeps {
  readonly registry: Pick<RoomRegistry, "rooms" | "size" | "load">;
  readonly metrics: Pick<Metrics, "value">;
  readonly viewers: () => number;
  readonly viewersMax: number;
}

const roomsMax = 50;

/** What this node tells administrators of its work. @returns what to call for each report */
export function createWorkReport({ registry, metrics, viewers, viewersMax }: WorkReportDeps) {
  const deliveries = createRate(() => metrics.value("deliveries"));
  const skipped = createRate(() => metrics.value("skipped_events"));
  let counted = new Map<string, number>();

  function watchedRooms(sinceS: number) {
    const before = counted;
    counted = new Map();
    const rooms = [];
    for (const { id, viewers: watching, eventCount } of registry.rooms()) {
      counted.set(id, eventCount);
      if (watching === 0) continue;
      const events = Math.max(0, eventCount - (before.get(id) ?? eventCount));
      rooms.push({ id, viewers: watching, eventsPerS: events / sinceS });
    }
    return rooms.toSorted((a, b) => b.viewers - a.viewers).slice(0, roomsMax);
  }

  return (sinceS: number): WorkReport => ({
    realtime: {
      viewers: viewers(),
      viewersMax,
      roomCount: registry.size,
      deliveriesPerS: deliveries(sinceS),
      skippedPerS: skipped(sinceS),
      behindBytes: registry.load().behindBytes,
      rooms: watchedRooms(sinceS),
    },
  });
}
