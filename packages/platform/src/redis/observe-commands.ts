import type { Meters } from "../metrics/meters.ts";
import { beginCall } from "../telemetry/begin-call.ts";

/** Times a process' Redis commands, and makes each a span of the trace that it is part of. */
export function observeCommands(meters: Meters) {
  const duration = meters.histogram({
    name: "barrage_redis_command_duration_seconds",
    help: "From a command to its answer; unavailable: Redis is down, and was not asked",
    labels: ["outcome"],
  });
  return {
    unavailable: () => duration.add(0, { outcome: "unavailable" }),
    /** @returns what to call when the command was answered, or failed */
    begin(): (error?: unknown) => void {
      const startMs = performance.now();
      const endSpan = beginCall("redis", { kind: "client", attributes: { "db.system.name": "redis" } });
      return (error) => {
        const outcome = error === undefined ? "ok" : "error";
        duration.add((performance.now() - startMs) / 1_000, { outcome });
        endSpan(error);
      };
    },
  };
}
