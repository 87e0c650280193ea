import { listenForLines } from "./ingest.mjs";

// What our runtime takes by itself: its own topics of WebSockets.
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: (request, upgrading) =>
    upgrading.upgrade(request) ? undefined : new Response(null, { status: 426 }),
  websocket: {
    idleTimeout: 0,
    open: (socket) => socket.subscribe("room"),
    message() {},
  },
});

const ingest = listenForLines((line) => server.publish("room", line.toString()));
ingest.once("listening", () => console.log(`ready ${server.port} ${ingest.address().port}`));
