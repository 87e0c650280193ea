/** Tells whether a TCP port of the loopback address can be listened on right now. */
export function isPortFree(port: number): boolean {
  try {
    Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
    return true;
  } catch {
    return false;
  }
}

/**
 * Asked before a start: a stranger's server on that port could answer our probe in place of ours. No port, or 0,
 * means that one will be chosen.
 * @throws Error naming the port and who needs it
 */
export function requireFreePort(port: number | undefined, neededBy: string): void {
  if (!port || isPortFree(port)) return;
  throw new Error(`port ${port}, which ${neededBy} needs, is taken by another program`);
}

// Below every system's ephemeral range (Linux 32768+, macOS 49152+): a port of that range may be taken as the
// local end of some outgoing connection between our look and the server's bind.
const lowestPort = 15_000;
const highestPort = 32_000;

/**
 * A port that was free a moment ago. Another process may still be quicker: whoever binds it must be ready to
 * ask again.
 */
export function freePort(): number {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = lowestPort + Math.floor(Math.random() * (highestPort - lowestPort));
    if (isPortFree(port)) return port;
  }
  throw new Error(`no free port found between ${lowestPort} and ${highestPort}`);
}
