import { listenForLines } from "./ingest.mjs";

// What our runtime takes by itself: the streams that a realtime node writes to, and nothing around them.
const viewers = new Set();

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  idleTimeout: 0,
  fetch: () =>
    new Response(new ReadableStream(viewerStream()), { headers: { "content-type": "text/event-stream" } }),
});

function viewerStream() {
  let viewer;
  return {
    type: "direct",
    pull(controller) {
      viewer = controller;
      viewers.add(viewer);
      // Nothing is sent before the first write, the headers neither.
      viewer.write(": welcome\n\n");
      viewer.flush();
      return new Promise(() => {});
    },
    cancel: () => viewers.delete(viewer),
  };
}

const ingest = listenForLines((line) => {
  const frame = Buffer.from(`data: ${line}\n\n`);
  for (const viewer of viewers) {
    viewer.write(frame);
    viewer.flush();
  }
});
ingest.once("listening", () => console.log(`ready ${server.port} ${ingest.address().port}`));
