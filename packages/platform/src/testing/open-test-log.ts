import type { RoomEvent } from "@barrage/protocol";
import { createLogger } from "../log/create-logger.ts";
import { connectNats, type NatsLink } from "../nats/connect-nats.ts";
import { createRoomLog, type RoomLogLimits } from "../nats/create-room-log.ts";
import type { RoomLog } from "../nats/room-log.ts";

interface TestLog extends AsyncDisposable {
  readonly link: NatsLink;
  readonly log: RoomLog;
}

interface TestLogOptions {
  readonly bytesMax?: number;
  readonly limits?: Partial<RoomLogLimits>;
}

/** For tests: a room log over a connection of its own, as another process would have. */
export async function openTestLog(url: string, options: TestLogOptions = {}): Promise<TestLog> {
  const logger = createLogger({ name: "test", level: "silent" });
  const link = await connectNats({ url, name: "test", logger });
  try {
    const log = await createRoomLog({
      link,
      logger,
      retention: { ageMaxMs: 0, bytesMax: options.bytesMax ?? 1_000_000_000, dedupeWindowMs: 600_000 },
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    });
    return {
      link,
      log,
      [Symbol.asyncDispose]: async () => {
        await log.close();
        await link.close();
      },
    };
  } catch (error) {
    await link.close();
    throw error;
  }
}

/** For tests: a small event that carries a number. */
export function roomEvent(room: string, count: number): RoomEvent {
  return { v: 1, type: "viewers.counted", room, at: Date.now(), data: { count, peak: count } };
}
