import type { Msg } from "nats";
import type { z } from "zod";
import type { Logger } from "../log/create-logger.ts";
import type { BroadcastTopic, RequestTopic } from "./bus-topics.ts";
import type { NatsLink } from "./connect-nats.ts";
import { logCall } from "./log-call.ts";
import { parseJson } from "./parse-json.ts";

/** Talk between the processes of Barrage that may be lost: core NATS, at most once, nothing stored. */
export interface Bus {
  /** Tells everyone who listens. While NATS is down it is dropped. @throws ZodError for a payload of another shape. */
  broadcast<Payload>(topic: BroadcastTopic<Payload>, payload: Payload): void;
  /** Calls back for every broadcast; what can't be read is logged and ignored. @returns a function that ends it. */
  listen<Payload>(topic: BroadcastTopic<Payload>, handler: (payload: Payload) => void): () => void;
  /** Asks whoever answers. @throws AppError `log_unavailable` when nobody does, or not within the deadline. */
  request<Request, Reply>(topic: RequestTopic<Request, Reply>, ask: Ask<Request>): Promise<Reply>;
  /** Answers requests; a handler that throws leaves the asker to its deadline. @returns a function that ends it. */
  answer<Request, Reply>(
    topic: RequestTopic<Request, Reply>,
    handler: (payload: Request) => Promise<Reply>,
  ): () => void;
}

interface Ask<Request> {
  readonly payload: Request;
  readonly deadlineMs: number;
}

interface BusDeps {
  readonly link: NatsLink;
  readonly logger: Logger;
}

/** The payloads are checked against the topic's schema on both sides. */
export function createBus({ link, logger }: BusDeps): Bus {
  const { connection } = link;

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

  return {
    broadcast(topic, payload) {
      const body = JSON.stringify(topic.schema.parse(payload));
      if (link.isConnected()) connection.publish(topic.subjectOf?.(payload) ?? topic.subject, body);
    },
    listen(topic, handler) {
      return subscribe(topic.subject, (message) => {
        const payload = read(topic.schema, message);
        if (payload !== undefined) handler(payload);
      });
    },
    async request(topic, { payload, deadlineMs }) {
      const body = JSON.stringify(topic.request.parse(payload));
      return await logCall(link, async () => {
        const reply = await connection.request(topic.subject, body, { timeout: deadlineMs });
        return topic.reply.parse(reply.json());
      });
    },
    answer(topic, handler) {
      return subscribe(topic.subject, async (message) => {
        const payload = read(topic.request, message);
        if (payload !== undefined) message.respond(JSON.stringify(await handler(payload)));
      });
    },
  };
}
