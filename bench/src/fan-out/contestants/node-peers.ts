import { join } from "node:path";
import { type Contestant, neverSkips } from "./contestant.ts";
import { spawnReady } from "./spawned.ts";

const peersDir = join(import.meta.dir, "..", "..", "..", "peers");

interface NodePeer {
  readonly name: string;
  readonly file: string;
  readonly protocol: "ws" | "socketio";
  readonly path: string;
}

function nodePeer({ name, file, protocol, path }: NodePeer): Contestant {
  return {
    name,
    async start({ stack }) {
      const node = Bun.which("node");
      if (node === null) throw new Error("Node is not on the PATH");
      const command = [node, join(peersDir, file)];
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
export const wsOnNode = nodePeer({ name: "ws on Node", file: "ws-server.mjs", protocol: "ws", path: "/" });

/** Socket.IO with its `ws` engine: an object to a room. */
export const socketIo = nodePeer({
  name: "Socket.IO",
  file: "socketio-server.mjs",
  protocol: "socketio",
  path: "/socket.io/?EIO=4&transport=websocket",
});
