import type { NatsLink } from "./connect-nats.ts";
import { logCall } from "./log-call.ts";
import { isNotFound, roomStream } from "./room-stream.ts";

/** How far a durable consumer of the room log is behind. */
export interface ConsumerLag {
  readonly durable: string;
  /** What it has not acknowledged, delivered or not. */
  readonly messages: number;
  /** The age of the oldest of these; 0 when there is none. Undefined: it can't be told, the message was trimmed. */
  readonly seconds: number | undefined;
}

interface LagDeps {
  readonly link: NatsLink;
  readonly now: () => number;
}

/** Asks NATS how far each durable consumer of the room log is. @throws AppError `log_unavailable` */
export async function listConsumerLags({ link, now }: LagDeps): Promise<readonly ConsumerLag[]> {
  return await logCall(link, async () => {
    const jsm = await link.connection.jetstreamManager({ checkAPI: false, timeout: 1_500 });
    const infos = await jsm.consumers.list(roomStream).next();
    const lags = infos.map(async ({ config, num_pending, num_ack_pending, ack_floor }) => {
      const durable = config.durable_name;
      if (durable === undefined) return [];
      const messages = num_pending + num_ack_pending;
      if (messages === 0) return [{ durable, messages, seconds: 0 }];
      const oldestAtMs = await storedAtMs(ack_floor.stream_seq + 1);
      const seconds = oldestAtMs === undefined ? undefined : Math.max(0, now() - oldestAtMs) / 1_000;
      return [{ durable, messages, seconds }];
    });
    return (await Promise.all(lags)).flat();

    async function storedAtMs(seq: number): Promise<number | undefined> {
      try {
        return (await jsm.streams.getMessage(roomStream, { seq })).time.getTime();
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    }
  });
}
