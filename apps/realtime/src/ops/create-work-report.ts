import { createRate, type LimiterReport, type WorkReport } from "@barrage/platform";
import type { ConnectionLimits } from "../admission/connection-limits.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { RoomRegistry } from "../room/room-registry.ts";
import type { LimiterGauge } from "../room/room-view.ts";

interface WorkReportDeps {
  readonly registry: Pick<RoomRegistry, "rooms" | "size" | "load">;
  readonly metrics: Pick<Metrics, "value">;
  readonly limits: Pick<ConnectionLimits, "count" | "connectionsMax">;
}

/** What was counted of a room up to the last report. */
interface Counted {
  readonly eventCount: number;
  readonly limiters: readonly LimiterGauge[];
}

const roomsMax = 50;

/** What this node tells administrators of its work. @returns what to call for each report */
export function createWorkReport({ registry, metrics, limits }: WorkReportDeps) {
  const deliveries = createRate(() => metrics.value("deliveries"));
  const skipped = createRate(() => metrics.value("skipped_events"));
  let counted = new Map<string, Counted>();

  function watchedRooms(sinceS: number) {
    const before = counted;
    counted = new Map();
    const rooms = [];
    for (const room of registry.rooms()) {
      const { id, viewers: watching, eventCount } = room;
      const limiters = room.limiters();
      const last = before.get(id) ?? { eventCount, limiters };
      counted.set(id, { eventCount, limiters });
      if (watching === 0) continue;
      rooms.push({
        id,
        viewers: watching,
        eventsPerS: Math.max(0, eventCount - last.eventCount) / sinceS,
        limiter: limiters.flatMap((now) => limiterReport(now, last.limiters, sinceS)),
      });
    }
    return rooms.toSorted((a, b) => b.viewers - a.viewers).slice(0, roomsMax);
  }

  return (sinceS: number): WorkReport => ({
    realtime: {
      viewers: limits.count(),
      viewersMax: limits.connectionsMax(),
      roomCount: registry.size,
      deliveriesPerS: deliveries(sinceS),
      skippedPerS: skipped(sinceS),
      behindBytes: registry.load().behindBytes,
      rooms: watchedRooms(sinceS),
    },
  });
}

/** The rates since the last report; a view that was not counted then (or a room opened anew) has none yet. */
function limiterReport(
  { view, budgetPerSecond: budgetPerS, shown, skipped }: LimiterGauge,
  before: readonly LimiterGauge[],
  sinceS: number,
): LimiterReport[] {
  if (view !== "desktop" && view !== "small") return [];
  const last = before.find((one) => one.view === view) ?? { shown, skipped };
  const perS = (grownBy: number) => Math.max(0, grownBy) / sinceS;
  return [
    { view, budgetPerS, shownPerS: perS(shown - last.shown), skippedPerS: perS(skipped - last.skipped) },
  ];
}
