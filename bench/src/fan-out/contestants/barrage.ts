import { nodeCounter } from "../../harness/node-counter.ts";
import { openRoom } from "../../harness/open-room.ts";
import type { Contestant } from "./contestant.ts";

// The crowd comes from one address and all at once; everything else is as in production.
const variables = { CONNECTIONS_PER_ADDRESS_MAX: "50000", ACCEPTS_PER_SECOND: "1000000" };

/** The real path: published to NATS as the room log does, stored, republished, pushed by a realtime node. */
function barrage(protocol: "sse" | "ws"): Contestant {
  return {
    name: `barrage ${protocol}`,
    isOurs: true,
    async start({ context, stack }) {
      const { room, subject } = await openRoom(context.natsUrl, stack);
      const node = await context.startApp("realtime", variables);
      stack.defer(async () => {
        await node.stop();
      });
      const events = protocol === "sse" ? "events" : "ws";
      return {
        protocol,
        port: Number(new URL(node.url).port),
        // All events: how the limiter chooses from a flood is another question than what a delivery costs.
        path: `/rooms/${room}/${events}?view=all`,
        publish: `nats:${new URL(context.natsUrl).port}:${subject}`,
        pids: [node.pid],
        nodeUrl: node.url,
        skipped: () => nodeCounter(node.url, "skipped_events"),
      };
    },
  };
}

/** Our server-sent events. */
export const barrageSse = barrage("sse");
/** Our WebSocket. */
export const barrageWs = barrage("ws");
