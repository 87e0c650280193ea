import type { Logger } from "../log/create-logger.ts";
import { createMeters, type Meters } from "../metrics/meters.ts";
import type { NatsLink } from "./connect-nats.ts";
import { logCall } from "./log-call.ts";
import { consumeLog } from "./log-consumer.ts";
import { createLogFollower } from "./log-follower.ts";
import { createLogPublisher } from "./log-publisher.ts";
import { createLogReader } from "./log-reader.ts";
import { trimLog } from "./log-trimmer.ts";
import type { RoomLog } from "./room-log.ts";
import type { RoomLogRetention } from "./room-stream.ts";
import { createStreamGuard } from "./stream-guard.ts";

interface RoomLogDeps {
  readonly link: NatsLink;
  readonly logger: Logger;
  readonly retention: RoomLogRetention;
  readonly limits?: Partial<RoomLogLimits>;
  /** Where it counts what it does; left out, nobody reads it. */
  readonly meters?: Meters;
}

/** How much work at once, and how long a call may take. */
export interface RoomLogLimits {
  readonly publishDeadlineMs: number;
  readonly readDeadlineMs: number;
  readonly publishesInFlightMax: number;
  readonly readersMax: number;
}

const defaultLimits: RoomLogLimits = {
  publishDeadlineMs: 4_500,
  readDeadlineMs: 5_000,
  publishesInFlightMax: 4_096,
  readersMax: 4,
};

/** Opens the room log, creating its stream where it is missing. @throws when the stream can't be had as wanted. */
export async function createRoomLog(deps: RoomLogDeps): Promise<RoomLog> {
  const { link, logger, retention, limits, meters = createMeters() } = deps;
  const { publishDeadlineMs, readDeadlineMs, publishesInFlightMax, readersMax } = {
    ...defaultLimits,
    ...limits,
  };
  const jsm = await link.connection.jetstreamManager({ checkAPI: false, timeout: 3_000 });
  const js = link.connection.jetstream();
  const guard = await createStreamGuard({ link, jsm, retention, logger });
  const publisher = createLogPublisher({
    link,
    js,
    guard,
    deadlineMs: publishDeadlineMs,
    inFlightMax: publishesInFlightMax,
    meters,
  });
  const follower = createLogFollower({ link, guard, deadlineMs: readDeadlineMs, logger });
  const reader = createLogReader({ link, jsm, deadlineMs: readDeadlineMs, readersMax });
  return {
    epoch: () => guard.epoch(),
    publish: (event, options) => publisher.publish(event, options),
    follow: (roomId, handlers) => follower.follow(roomId, handlers),
    readAfter: (roomId, range) => reader.readAfter(roomId, range),
    entryAt: (seq) => reader.entryAt(seq),
    lastSeq: (roomId) => reader.lastSeq(roomId),
    bounds: () => reader.bounds(),
    consume: (options) => consumeLog({ link, jsm, guard, logger }, options),
    trim: (options) => logCall(link, () => trimLog(jsm, options)),
    async close() {
      follower.close();
      guard.close();
    },
  };
}
