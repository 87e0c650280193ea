import type { Logger } from "../log/create-logger.ts";
import type { BroadcastTopic, GatherTopic, RequestTopic } from "./bus-topics.ts";
import { createBusWire } from "./bus-wire.ts";
import type { NatsLink } from "./connect-nats.ts";
import { gatherReplies } from "./gather-replies.ts";
import { logCall } from "./log-call.ts";

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
  /** Asks everybody, and takes what is said within the deadline. @throws AppError `log_unavailable` while NATS is down. */
  gather<Request, Reply>(topic: GatherTopic<Request, Reply>, ask: Ask<Request>): Promise<readonly Reply[]>;
  /** Has a say in what is gathered; undefined says nothing. @returns a function that ends it. */
  contribute<Request, Reply>(
    topic: GatherTopic<Request, Reply>,
    handler: (payload: Request) => Reply | undefined,
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
  const { read, subscribe } = createBusWire({ link, logger });

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
    async gather(topic, { payload, deadlineMs }) {
      const body = JSON.stringify(topic.request.parse(payload));
      const replies = await gatherReplies(link, { subject: topic.subject, body, deadlineMs });
      return replies.flatMap((message) => read(topic.reply, message) ?? []);
    },
    contribute(topic, handler) {
      return subscribe(topic.subject, (message) => {
        const payload = read(topic.request, message);
        const reply = payload === undefined ? undefined : handler(payload);
        if (reply !== undefined) message.respond(JSON.stringify(reply));
      });
    },
  };
}
