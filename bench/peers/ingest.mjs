import { createServer } from "node:net";

const lineFeed = 10;

/** Takes in messages, one a line, from a loopback port of its own: cheaper than any broker. @returns the server. */
export function listenForLines(onLine) {
  const server = createServer((socket) => {
    let rest = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
        onLine(bytes.subarray(start, end));
        start = end + 1;
      }
      rest = bytes.subarray(start);
    });
  });
  return server.listen(0, "127.0.0.1");
}

/** Tells the benchmark, on stdout, where viewers and messages go, once both listen. */
export async function announce(viewers, ingest) {
  await Promise.all(
    [viewers, ingest].map(
      (server) => server.listening || new Promise((done) => server.once("listening", done)),
    ),
  );
  console.log(`ready ${viewers.address().port} ${ingest.address().port}`);
}
