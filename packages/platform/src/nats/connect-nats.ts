import { connect, DebugEvents, Events, type NatsConnection } from "nats";
import type { Logger } from "../log/create-logger.ts";

interface ConnectNatsOptions {
  /** One URL, or several with commas; `nats://user:password@host:port`. */
  readonly url: string;
  /** What the server's monitoring calls this client. */
  readonly name: string;
  readonly logger: Logger;
  /** How long to wait for the first connection. */
  readonly connectDeadlineMs?: number;
}

interface LinkListener {
  /** The connection broke: messages may be lost from here on. */
  readonly onDown?: () => void;
  /** The connection is back and subscriptions are in force again. */
  readonly onUp?: () => void;
}

/** The process' one connection to NATS. It reconnects for as long as it is open. */
export interface NatsLink {
  /** For the adapters of this package alone. */
  readonly connection: NatsConnection;
  isConnected(): boolean;
  /** Tells of breaks and returns. @returns a function that ends it. */
  watch(listener: LinkListener): () => void;
  /** Sends what is buffered and closes; gives up waiting after a second. */
  close(): Promise<void>;
}

const retryMs = 250;

/**
 * Connects to NATS. The first connection is tried until the deadline; later ones are tried for ever.
 * @throws the last connection error when the deadline passes. The caller closes the link.
 */
export async function connectNats(options: ConnectNatsOptions): Promise<NatsLink> {
  const connection = await connectBefore(Date.now() + (options.connectDeadlineMs ?? 15_000), options);
  const listeners = new Set<LinkListener>();
  let connected = true;

  async function watchStatus(): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === Events.Disconnect) {
        if (connected) options.logger.warn("NATS connection lost");
        connected = false;
        for (const listener of listeners) listener.onDown?.();
      } else if (status.type === Events.Reconnect) {
        connected = true;
        options.logger.info("NATS connection is back");
        for (const listener of listeners) listener.onUp?.();
      } else if (status.type === Events.Error) {
        options.logger.warn({ detail: JSON.stringify(status.data) }, "NATS reported an error");
      } else if (status.type === DebugEvents.StaleConnection) {
        options.logger.warn("NATS does not answer pings");
      }
    }
  }
  void watchStatus();

  return {
    connection,
    isConnected: () => connected && !connection.isClosed(),
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      connected = false;
      // drain() waits for the server, which may be gone.
      const drained = connection.drain().catch(() => undefined);
      await Promise.race([drained, Bun.sleep(1_000)]);
      await connection.close();
    },
  };
}

async function connectBefore(deadlineMs: number, options: ConnectNatsOptions): Promise<NatsConnection> {
  for (;;) {
    try {
      return await connect({
        servers: options.url.split(","),
        name: options.name,
        timeout: 3_000,
        maxReconnectAttempts: -1,
        reconnectTimeWait: retryMs,
        reconnectJitter: retryMs,
        // A dead peer is noticed after 2 × 5 s; TCP alone would take many minutes.
        pingInterval: 5_000,
        maxPingOut: 2,
      });
    } catch (error) {
      if (Date.now() + retryMs >= deadlineMs) throw error;
      await Bun.sleep(retryMs);
    }
  }
}
