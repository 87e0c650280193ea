import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { announce, listenForLines } from "./ingest.mjs";

// `ws` as its README broadcasts: one send per client and message. Compression off, as by default.
const http = createServer();
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });

const ingest = listenForLines((line) => {
  for (const client of sockets.clients) {
    if (client.readyState === client.OPEN) client.send(line, { binary: false });
  }
});

http.listen({ port: 0, host: "127.0.0.1", backlog: 4096 });
await announce(http, ingest);
