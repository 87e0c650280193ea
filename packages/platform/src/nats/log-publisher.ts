import { AppError, type RoomEvent, roomSubject } from "@barrage/protocol";
import { headers, type JetStreamClient, type MsgHdrs, type PubAck } from "nats";
import type { Meters } from "../metrics/meters.ts";
import { sampledTraceparent, withSpan } from "../telemetry/span.ts";
import { abortable } from "./abortable.ts";
import type { NatsLink } from "./connect-nats.ts";
import { isRefusal, toLogError } from "./log-call.ts";
import { measurePublishes } from "./measure-publishes.ts";
import type { Published, PublishOptions } from "./room-log.ts";
import { roomStream } from "./room-stream.ts";
import type { StreamGuard } from "./stream-guard.ts";

interface LogPublisherDeps {
  readonly link: NatsLink;
  readonly js: JetStreamClient;
  readonly guard: StreamGuard;
  readonly deadlineMs: number;
  /** At most so many publishes wait for an acknowledgement; more are refused at once. */
  readonly inFlightMax: number;
  readonly meters: Meters;
}

/** Larger events are refused: a viewer's whole allowance is 256 KB. */
const eventBytesMax = 64 * 1024;
const attemptMs = 1_500;
const retryMs = { first: 50, max: 500 };
const messageIdPattern = /^[!-~]{1,128}$/;
const encoder = new TextEncoder();

/** See {@link RoomLog.publish}. */
export function createLogPublisher(deps: LogPublisherDeps) {
  const { link, js, guard, meters } = deps;
  let inFlight = 0;
  const measured = measurePublishes(meters, () => inFlight);

  async function attempt(subject: string, event: Uint8Array, headers: MsgHdrs): Promise<PubAck> {
    // While disconnected the client would buffer without bound, and send what we no longer vouch for.
    if (!link.isConnected()) throw new Error("NATS is not connected");
    return await js.publish(subject, event, {
      headers,
      timeout: attemptMs,
      // Without it another stream that happens to take the subject could acknowledge.
      expect: { streamName: roomStream },
    });
  }

  async function untilAcknowledged(signal: AbortSignal, once: () => Promise<PubAck>): Promise<PubAck> {
    let delayMs = retryMs.first;
    for (;;) {
      try {
        return await abortable(once(), signal);
      } catch (error) {
        if (isMissingStream(error)) guard.recheck();
        if (signal.aborted || isRefusal(error)) throw toLogError(error);
      }
      await abortable(Bun.sleep(delayMs), signal);
      delayMs = Math.min(delayMs * 2, retryMs.max);
    }
  }

  async function publish(event: RoomEvent, options: PublishOptions): Promise<Published> {
    const subject = roomSubject(event.room);
    const json = encoder.encode(JSON.stringify(event));
    if (json.length > eventBytesMax) throw new AppError("body_too_large");
    const header = publishHeaders(options.messageId, sampledTraceparent());
    const signal = AbortSignal.timeout(deps.deadlineMs);
    const ack = await untilAcknowledged(signal, () => attempt(subject, json, header));
    // Only now: an acknowledgement that raced with a new stream must not carry the old one's epoch.
    const epoch = await guard.confirmed(signal);
    return { cursor: { epoch, seq: ack.seq }, duplicate: ack.duplicate };
  }

  return {
    async publish(event: RoomEvent, options: PublishOptions): Promise<Published> {
      if (inFlight >= deps.inFlightMax) throw toLogError(new Error("too many events wait for JetStream"));
      inFlight++;
      try {
        return await measured(() => traced(event, options, () => publish(event, options)));
      } finally {
        inFlight--;
      }
    },
  };
}

/** The span that the event's traceparent header names. Without a trace to be part of there is none. */
async function traced<T>(
  event: RoomEvent,
  { traceparent }: PublishOptions,
  work: () => Promise<T>,
): Promise<T> {
  if (traceparent === undefined && sampledTraceparent() === undefined) return await work();
  const attributes = {
    "messaging.system": "nats",
    "messaging.operation.type": "send",
    "messaging.destination.name": roomStream,
    "barrage.event_type": event.type,
    "barrage.room": event.room,
  };
  return await withSpan(`publish ${event.type}`, { kind: "producer", attributes, traceparent }, work);
}

function publishHeaders(messageId: string, traceparent: string | undefined): MsgHdrs {
  if (!messageIdPattern.test(messageId))
    throw new TypeError("a message id must be 1 to 128 printable characters");
  const header = headers();
  header.set("Nats-Msg-Id", messageId);
  if (traceparent !== undefined) header.set("traceparent", traceparent);
  return header;
}

function isMissingStream(error: unknown): boolean {
  // No stream listens on the subject.
  return error instanceof Error && "code" in error && error.code === "503";
}
