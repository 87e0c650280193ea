import { join } from "node:path";
import { type Contestant, neverSkips, type RunningContestant } from "./contestant.ts";
import { spawnReady } from "./spawned.ts";

const peersDir = join(import.meta.dir, "..", "..", "..", "peers");

interface ScriptPeer {
  readonly name: string;
  readonly file: string;
  readonly runtime: "node" | "bun";
  readonly protocol: RunningContestant["protocol"];
  readonly path: string;
}

function scriptPeer({ name, file, runtime, protocol, path }: ScriptPeer): Contestant {
  return {
    name,
    async start({ stack }) {
      const program = runtime === "bun" ? process.execPath : Bun.which("node");
      if (program === null) throw new Error("Node is not on the PATH");
      const command = [program, join(peersDir, file)];
      const { pid, match } = await spawnReady({ name, command, ready: /^ready (\d+) (\d+)$/, stack });
      const [, port, ingest] = match;
      return {
        protocol,
        port: Number(port),
        path,
        publish: `line:${ingest}`,
        pids: [pid],
        skipped: neverSkips,
      };
    },
  };
}

/** `ws` on Node: one send per client and message. */
export const wsOnNode = scriptPeer({
  name: "ws on Node",
  file: "ws-server.mjs",
  runtime: "node",
  protocol: "ws",
  path: "/",
});

/** Socket.IO with its `ws` engine: an object to a room. */
export const socketIo = scriptPeer({
  name: "Socket.IO",
  file: "socketio-server.mjs",
  runtime: "node",
  protocol: "socketio",
  path: "/socket.io/?EIO=4&transport=websocket",
});

/** What Bun's streams cost with nothing of ours around them. */
export const bareBunSse = scriptPeer({
  name: "bare Bun sse",
  file: "bun-sse.mjs",
  runtime: "bun",
  protocol: "sse",
  path: "/",
});

/** What Bun's WebSocket topics cost with nothing of ours around them. */
export const bareBunWs = scriptPeer({
  name: "bare Bun ws",
  file: "bun-ws.mjs",
  runtime: "bun",
  protocol: "ws",
  path: "/",
});
