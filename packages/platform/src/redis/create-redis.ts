import { Redis } from "ioredis";
import type { Logger } from "../log/create-logger.ts";
import { createMeters, type Meters } from "../metrics/meters.ts";
import { observeCommands } from "./observe-commands.ts";

interface RedisOptions {
  readonly url: string;
  /** What `CLIENT LIST` calls this client. */
  readonly name: string;
  readonly logger: Logger;
  /** How long to wait for the first connection; without one the link is given back all the same. */
  readonly connectWaitMs?: number;
  /** Where it counts what it does; left out, nobody reads it. */
  readonly meters?: Meters;
}

/** The process' one connection to Redis, which may be down at any time: nothing depends on what it holds. */
export interface RedisLink {
  /**
   * Runs one command. Undefined means that Redis can't be used now, which is known at once while it is down or was
   * silent a moment ago: a dead Redis costs one caller per second the command deadline, not every caller.
   */
  run<T>(command: (client: Redis) => Promise<T>): Promise<T | undefined>;
  close(): void;
}

const commandMs = 500;
const openMs = 1_000;
const reconnectMs = { step: 100, max: 2_000 };

/** Never throws and never crashes the process for a Redis that is down. The caller closes the link. */
export async function createRedis(options: RedisOptions): Promise<RedisLink> {
  const { logger, meters = createMeters() } = options;
  const commands = observeCommands(meters);
  const client = new Redis(options.url, {
    connectionName: options.name,
    connectTimeout: 2_000,
    commandTimeout: commandMs,
    // By default commands wait for a reconnect and are sent again after it: late, and perhaps twice.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(attempt * reconnectMs.step, reconnectMs.max),
  });
  // Without a listener an error ends the process. Every failed reconnect is one: told once, below.
  client.on("error", () => undefined);
  let usable = true;
  let closedUntilMs = 0;

  function onFailure(error: unknown): void {
    closedUntilMs = performance.now() + openMs;
    if (usable) logger.warn({ error }, "Redis can't be used: going on without it");
    usable = false;
  }

  client.on("close", () => onFailure(new Error("the connection to Redis is down")));
  client.on("ready", () => {
    closedUntilMs = 0;
  });
  await firstConnection(client, options.connectWaitMs ?? 2_000);

  return {
    async run(command) {
      if (client.status !== "ready" || performance.now() < closedUntilMs) {
        commands.unavailable();
        return undefined;
      }
      const end = commands.begin();
      try {
        const result = await command(client);
        end();
        if (!usable) logger.info("Redis can be used again");
        usable = true;
        return result;
      } catch (error) {
        end(error);
        onFailure(error);
        return undefined;
      }
    },
    close() {
      client.removeAllListeners("close");
      client.disconnect();
    },
  };
}

async function firstConnection(client: Redis, waitMs: number): Promise<void> {
  if (client.status === "ready") return;
  const ready = Promise.withResolvers<void>();
  client.once("ready", () => ready.resolve());
  await Promise.race([ready.promise, Bun.sleep(waitMs)]);
}
