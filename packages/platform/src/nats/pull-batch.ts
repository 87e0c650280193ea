import { createInbox, type Msg, type NatsConnection, nanos } from "nats";

interface PullRequest {
  readonly stream: string;
  readonly consumer: string;
  /** At most so many messages. */
  readonly batch: number;
  /** How long the server waits for the first; 0: it gives what it has now. */
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A message of a consumer, with what its reply subject says. */
export interface PulledMessage {
  readonly message: Msg;
  /** Its stream sequence. */
  readonly seq: number;
  /** How many messages of the consumer come after it. */
  readonly pending: number;
  readonly storedAtMs: number;
}

/** What a pull brought. `lost`: the consumer, its stream or the server's answer is gone. */
export interface PullResult {
  readonly messages: readonly PulledMessage[];
  readonly lost: boolean;
}

const answerMs = 2_000;
const heartbeatStatus = 100;
const lostStatuses = new Set([503, 409]);
const nanosecondsPerMs = 1_000_000;

/**
 * One pull request on a consumer, by the JetStream wire protocol itself. The library's `fetch` can't ask for "what is
 * there now": it waits out at least a second, and its iterators hang in some ways on nats-server 2.9.
 * Ends early, with what came, when `signal` aborts; the server forgets the request with its inbox.
 */
export async function pullBatch(connection: NatsConnection, request: PullRequest): Promise<PullResult> {
  const { batch, waitMs, signal } = request;
  const messages: PulledMessage[] = [];
  const ended = Promise.withResolvers<boolean>();
  const inbox = createInbox();
  const subscription = connection.subscribe(inbox, {
    callback: (error, message) => {
      const status = statusOf(message);
      if (error !== null || status !== undefined) {
        if (status !== heartbeatStatus) ended.resolve(status === undefined || lostStatuses.has(status));
        return;
      }
      const pulled = pulledMessage(message);
      if (pulled === undefined) return ended.resolve(true);
      messages.push(pulled);
      if (messages.length >= batch) ended.resolve(false);
    },
  });
  const onAbort = (): void => ended.resolve(false);
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  // The server ends every request itself; silence beyond that means that it is gone.
  const timer = setTimeout(() => ended.resolve(true), waitMs + answerMs);
  try {
    const body = waitMs > 0 ? { batch, expires: nanos(waitMs) } : { batch, no_wait: true };
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${request.stream}.${request.consumer}`;
    connection.publish(subject, JSON.stringify(body), { reply: inbox });
    return { lost: await ended.promise, messages };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    subscription.unsubscribe();
  }
}

/** The code of a status message (404 no messages, 408 waited long enough, 409 consumer gone …), else undefined. */
function statusOf(message: Msg): number | undefined {
  // Headers are parsed when they are asked for, which costs more than all else here: events need not be asked.
  const code = message.data.length === 0 ? (message.headers?.code ?? 0) : 0;
  return code > 0 ? code : undefined;
}

/**
 * Reads an ack subject: `$JS.ACK.<stream>.<consumer>.<delivered>.<seq>.<consumer seq>.<ns>.<pending>`, or with a
 * domain and an account after ACK (and a random token at the end): the numbers are counted from the stream's name.
 */
function pulledMessage(message: Msg): PulledMessage | undefined {
  const tokens = message.reply?.split(".") ?? [];
  const shift = tokens.length > 9 ? 2 : 0;
  const [seq, , nanoseconds, pending] = tokens.slice(5 + shift, 9 + shift).map(Number);
  if (seq === undefined || nanoseconds === undefined || pending === undefined) return undefined;
  return { message, seq, pending, storedAtMs: Math.trunc(nanoseconds / nanosecondsPerMs) };
}
