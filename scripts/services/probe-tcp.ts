export interface TcpProbe {
  readonly port: number;
  readonly say: string | Uint8Array;
  /** Matched against the first bytes of the answer. */
  readonly expect: RegExp;
}

/** Connects, says one thing and looks at the first answer: a port that is open is not yet a server that is up. */
export function probeTcp(probe: TcpProbe): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const deadline = setTimeout(() => resolve(false), 1_000);
  const connecting = Bun.connect({
    hostname: "127.0.0.1",
    port: probe.port,
    socket: {
      open(socket) {
        socket.write(probe.say);
      },
      data(socket, bytes) {
        resolve(probe.expect.test(bytes.toString("latin1")));
        socket.end();
      },
      error: () => resolve(false),
      close: () => resolve(false),
    },
  });
  connecting.catch(() => resolve(false));
  return promise.finally(() => clearTimeout(deadline));
}
