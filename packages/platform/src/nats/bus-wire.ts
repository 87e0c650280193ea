import type { Msg } from "nats";
import type { z } from "zod";
import type { Logger } from "../log/create-logger.ts";
import type { NatsLink } from "./connect-nats.ts";
import { parseJson } from "./parse-json.ts";

interface BusWireDeps {
  readonly link: NatsLink;
  readonly logger: Logger;
}

/** How messages of the bus are read and waited for. */
export interface BusWire {
  /** @returns undefined for a message that can't be read; it is logged and ignored. */
  readonly read: <Payload>(schema: z.ZodType<Payload>, message: Msg) => Payload | undefined;
  /** Calls back for every message; a handler that fails is logged. @returns a function that ends it. */
  readonly subscribe: (subject: string, handle: (message: Msg) => Promise<void> | void) => () => void;
}

/** The part of the bus that knows NATS' messages. */
export function createBusWire({ link: { connection }, logger }: BusWireDeps): BusWire {
  function read<Payload>(schema: z.ZodType<Payload>, message: Msg): Payload | undefined {
    const result = schema.safeParse(parseJson(message.string()));
    if (result.success) return result.data;
    const { issues } = result.error;
    logger.warn({ subject: message.subject, issues }, "a message that can't be read was ignored");
    return undefined;
  }

  function subscribe(subject: string, handle: (message: Msg) => Promise<void> | void): () => void {
    const guarded = async (message: Msg): Promise<void> => {
      try {
        await handle(message);
      } catch (error) {
        logger.error({ error, subject }, "a bus handler failed");
      }
    };
    const subscription = connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) void guarded(message);
      },
    });
    return () => subscription.unsubscribe();
  }

  return { read, subscribe };
}
