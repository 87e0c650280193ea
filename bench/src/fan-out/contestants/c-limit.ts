import { freePort } from "@barrage/scripts/services";
import { type Contestant, neverSkips } from "./contestant.ts";
import { spawnReady } from "./spawned.ts";

/** bench/native/fan-limit.c: one `send` per viewer, and nothing else. What all others are compared with. */
export const cLimit: Contestant = {
  name: "C limit",
  async start({ programs, stack }) {
    const port = freePort();
    const ingest = freePort();
    const command = [programs.fanLimit, String(port), String(ingest)];
    const { pid } = await spawnReady({ name: "fan-limit", command, ready: /^ready$/, stack });
    return { protocol: "sse", port, path: "/", publish: `line:${ingest}`, pids: [pid], skipped: neverSkips };
  },
};
