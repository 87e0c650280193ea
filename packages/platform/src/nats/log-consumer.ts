import { roomOfSubject } from "@barrage/protocol";
import { AckPolicy, type ConsumerInfo, DeliverPolicy, type JetStreamManager, type Msg, nanos } from "nats";
import { sleepUnlessAborted } from "../lifecycle/sleep-unless-aborted.ts";
import type { Logger } from "../log/create-logger.ts";
import { withSpan } from "../telemetry/span.ts";
import { tracesOf } from "../telemetry/traces-of.ts";
import type { NatsLink } from "./connect-nats.ts";
import { tracedBy } from "./log-entry.ts";
import { type PulledMessage, pullBatch } from "./pull-batch.ts";
import type { ConsumedEntry, ConsumeOptions } from "./room-log.ts";
import { isNotFound, roomStream } from "./room-stream.ts";
import type { StreamGuard } from "./stream-guard.ts";

interface LogConsumerDeps {
  readonly link: NatsLink;
  readonly jsm: JetStreamManager;
  readonly guard: StreamGuard;
  readonly logger: Logger;
}

const idleWaitMs = 5_000;
const lostRetryMs = 250;
const ackMs = 2_000;
const batchRetryMs = { first: 200, max: 10_000 };

/** Where this process stands; what is at or before it was handled here and is only acknowledged again. */
interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/**
 * See {@link RoomLog.consume}. One batch is in work at a time, and `max_ack_pending` is one batch, so the server never
 * runs ahead of what was acknowledged by more than that.
 */
export async function consumeLog(deps: LogConsumerDeps, options: ConsumeOptions): Promise<void> {
  const { link, guard, logger } = deps;
  const { signal } = options;
  let position: Position = { epoch: "", seq: 0 };
  let ready = false;
  while (!signal.aborted) {
    try {
      if (!ready) {
        const epoch = await guard.confirmed(signal);
        await takeOver(deps, options, epoch === position.epoch ? position.seq : 0);
        if (epoch !== position.epoch) position = { epoch, seq: 0 };
        ready = true;
      }
      const { messages, lost } = await pullNext(link, options);
      const last = messages.at(-1);
      if (last !== undefined && (await handled(deps, options, freshEntries(messages, position)))) {
        // Before the acknowledgement, which may fail: handled is handled.
        position = { epoch: position.epoch, seq: Math.max(position.seq, last.seq) };
        await acknowledge(link, last.message);
      }
      ready = !lost;
    } catch (error) {
      ready = false;
      // The server tells of a deletion before it has forgotten the stream: who looked at once may have seen it still there.
      if (isNotFound(error)) guard.recheck();
      if (!signal.aborted && link.isConnected())
        logger.warn({ error, durable: options.durable }, "consumer lost");
    }
    if (!ready) await sleepUnlessAborted(lostRetryMs, signal);
  }
}

/**
 * Makes the durable consumer deliver from the first entry that was not acknowledged, now. What a crashed process had
 * in hand would otherwise come only after `ack_wait`, and newer entries before it: so such a consumer is made anew
 * behind its acknowledged part. A crash between the two steps makes the consumer start from the beginning: entries
 * come again, none is lost.
 */
async function takeOver(deps: LogConsumerDeps, options: ConsumeOptions, handledSeq: number): Promise<void> {
  const { jsm } = deps;
  const found = await consumerInfo(jsm, options.durable);
  if (found !== undefined && isClean(found, options)) return;
  if (found !== undefined) await jsm.consumers.delete(roomStream, options.durable);
  const fromSeq = Math.max(found?.ack_floor.stream_seq ?? 0, handledSeq) + 1;
  await jsm.consumers.add(roomStream, {
    durable_name: options.durable,
    ack_policy: AckPolicy.All,
    ack_wait: nanos(options.ackWaitMs),
    max_ack_pending: options.batchMax,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: fromSeq,
  });
}

function isClean(
  { config, num_ack_pending: unacknowledged }: ConsumerInfo,
  options: ConsumeOptions,
): boolean {
  const asWanted =
    config.max_ack_pending === options.batchMax &&
    config.ack_wait === nanos(options.ackWaitMs) &&
    config.ack_policy === AckPolicy.All;
  return asWanted && unacknowledged === 0;
}

async function consumerInfo(jsm: JetStreamManager, durable: string): Promise<ConsumerInfo | undefined> {
  try {
    return await jsm.consumers.info(roomStream, durable);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** What is there now, up to a batch; when nothing is, waits for the first and takes what came with it. */
async function pullNext({ connection }: NatsLink, options: ConsumeOptions) {
  const request = { stream: roomStream, consumer: options.durable, signal: options.signal };
  const now = await pullBatch(connection, { ...request, batch: options.batchMax, waitMs: 0 });
  if (now.lost || now.messages.length > 0) return now;
  return await pullBatch(connection, { ...request, batch: 1, waitMs: idleWaitMs });
}

/** Gives a batch to its handler until it succeeds. @returns false when the signal aborted first. */
async function handled(
  deps: LogConsumerDeps,
  options: ConsumeOptions,
  entries: readonly ConsumedEntry[],
): Promise<boolean> {
  if (entries.length === 0) return true;
  let delayMs = batchRetryMs.first;
  while (!options.signal.aborted) {
    try {
      await inTrace(options, entries);
      return true;
    } catch (error) {
      deps.logger.error(
        { error, durable: options.durable, count: entries.length, delayMs },
        "batch failed: again later",
      );
    }
    await sleepUnlessAborted(delayMs, options.signal);
    delayMs = Math.min(delayMs * 2, batchRetryMs.max);
  }
  return false;
}

/** One span for the batch, in the trace of its first traced entry, and linked to those of the others. */
async function inTrace(options: ConsumeOptions, entries: readonly ConsumedEntry[]): Promise<void> {
  const traces = tracesOf(entries);
  if (traces === undefined) return await options.onBatch(entries);
  const attributes = {
    "messaging.system": "nats",
    "messaging.operation.type": "process",
    "messaging.consumer.group.name": options.durable,
    "messaging.batch.message_count": entries.length,
  };
  const name = `process ${options.durable}`;
  await withSpan(name, { kind: "consumer", attributes, ...traces }, () => options.onBatch(entries));
}

function freshEntries(pulled: readonly PulledMessage[], position: Position): ConsumedEntry[] {
  return pulled.flatMap(({ message, seq, storedAtMs }) => {
    const roomId = roomOfSubject(message.subject);
    if (seq <= position.seq || roomId === undefined) return [];
    const { epoch } = position;
    return [{ seq, json: new Uint8Array(message.data), storedAtMs, roomId, epoch, ...tracedBy(message) }];
  });
}

/** AckPolicy.All: the last one stands for all before it. A lost acknowledgement brings the batch again, no more. */
async function acknowledge({ connection }: NatsLink, last: Msg): Promise<void> {
  if (last.reply !== undefined) await connection.request(last.reply, "+ACK", { timeout: ackMs });
}
