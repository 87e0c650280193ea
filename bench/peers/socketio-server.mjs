import { createServer } from "node:http";
import { Server } from "socket.io";
import { announce, listenForLines } from "./ingest.mjs";

// Socket.IO as its guide broadcasts: an object to a room. In its favour: WebSocket from the first byte, no pings.
const http = createServer();
const quietMs = 3_600_000;
const io = new Server(http, {
  transports: ["websocket"],
  perMessageDeflate: false,
  pingInterval: quietMs,
  pingTimeout: quietMs,
});
io.on("connection", (socket) => socket.join("room"));

const ingest = listenForLines((line) => io.to("room").emit("event", JSON.parse(line.toString())));

http.listen({ port: 0, host: "127.0.0.1", backlog: 4096 });
await announce(http, ingest);
