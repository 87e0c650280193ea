import { countLotteryStates, type Database, readOutboxLag } from "@barrage/db";
import { listConsumerLags, type Meters, type NatsLink } from "@barrage/platform";

interface LagsDeps {
  readonly meters: Meters;
  readonly database: Database;
  readonly link: NatsLink;
  readonly isLeading: () => boolean;
}

/**
 * Meters how far behind the platform's background work is. Asked at each scrape, by every worker and not by the leader
 * alone: that nobody leads is when one wants to know.
 */
export function meterLags({ meters, database, link, isLeading }: LagsDeps): void {
  meters.gauge({
    name: "barrage_worker_leading",
    help: "1 in the worker that does the work",
    read: (set) => set(isLeading() ? 1 : 0),
  });
  const lags = () => listConsumerLags({ link, now: Date.now });
  meters.gauge({
    name: "barrage_log_consumer_lag_messages",
    help: "Events of the room log that a consumer has not acknowledged; the archive is the consumer archive",
    labels: ["consumer"],
    async read(set) {
      for (const { durable, messages } of await lags()) set(messages, { consumer: durable });
    },
  });
  meters.gauge({
    name: "barrage_log_consumer_lag_seconds",
    help: "The age of the oldest event that a consumer has not acknowledged",
    labels: ["consumer"],
    async read(set) {
      for (const { durable, seconds } of await lags())
        if (seconds !== undefined) set(seconds, { consumer: durable });
    },
  });
  meters.gauge({
    name: "barrage_outbox_lag_events",
    help: "Committed events that are not in the room log yet",
    read: async (set) => set((await readOutboxLag(database.orm)).events),
  });
  meters.gauge({
    name: "barrage_outbox_lag_seconds",
    help: "The age of the oldest committed event that is not in the room log yet",
    read: async (set) => set((await readOutboxLag(database.orm)).seconds),
  });
  meters.gauge({
    name: "barrage_lotteries",
    help: "Lotteries by state; of the finished ones, those of the last day",
    labels: ["state"],
    async read(set) {
      for (const { state, count } of await countLotteryStates(database.orm)) set(count, { state });
    },
  });
}
