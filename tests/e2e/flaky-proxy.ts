import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A wire to a server that can be cut. */
export interface FlakyProxy extends AsyncDisposable {
  /** As the server's own, with the proxy's host and port. */
  readonly url: string;
  /** Cuts every connection, as a lost network does, and refuses new ones until `mend`. */
  readonly cut: () => void;
  readonly mend: () => void;
}

/** A TCP proxy on a free port to the server at `targetUrl`. */
export async function createFlakyProxy(targetUrl: string): Promise<FlakyProxy> {
  const target = new URL(targetUrl);
  const pairs = new Map<Socket, Socket>();
  let broken = false;
  const drop = (near: Socket) => {
    pairs.get(near)?.destroy();
    near.destroy();
    pairs.delete(near);
  };
  const server = createServer((near) => {
    if (broken) {
      near.destroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    pairs.set(near, far);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      // Either end may vanish at any moment: that is what this proxy is for.
      socket.on("error", () => drop(near));
      socket.on("close", () => drop(near));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const cut = () => {
    broken = true;
    for (const near of pairs.keys()) drop(near);
  };
  return {
    url: targetUrl.replace(target.host, `127.0.0.1:${address.port}`),
    cut,
    mend: () => {
      broken = false;
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
