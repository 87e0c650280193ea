import type { Meters } from "../metrics/meters.ts";
import type { Published } from "./room-log.ts";

/** Times publishes by their outcome, and shows how many are under way. @returns what to run each in */
export function measurePublishes(meters: Meters, inFlight: () => number) {
  const duration = meters.histogram({
    name: "barrage_log_publish_duration_seconds",
    help: "From the call of publish to JetStream's acknowledgement, retries included",
    labels: ["outcome"],
  });
  meters.gauge({
    name: "barrage_log_publishes_in_flight",
    help: "Publishes that wait for JetStream's acknowledgement",
    read: (set) => set(inFlight()),
  });
  return async (publish: () => Promise<Published>): Promise<Published> => {
    const startMs = performance.now();
    let outcome = "error";
    try {
      const published = await publish();
      outcome = published.duplicate ? "duplicate" : "stored";
      return published;
    } finally {
      duration.add((performance.now() - startMs) / 1_000, { outcome });
    }
  };
}
