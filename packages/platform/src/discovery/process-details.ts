import { idSchema } from "@barrage/protocol";
import { z } from "zod";

const count = z.int().nonnegative();
const amount = z.number().nonnegative();

/** What the limiter does for one class of a room's viewers. */
const limiterReportSchema = z.object({
  view: z.enum(["desktop", "small"]),
  /** Danmaku per second that may be shown now. */
  budgetPerS: amount,
  shownPerS: amount,
  /** Left out of what is shown; those shown as one with others do not count. */
  skippedPerS: amount,
});

/** What a push node says of its work. */
const realtimeReportSchema = z.object({
  viewers: count,
  viewersMax: count,
  /** Of all rooms open here, however few are told. */
  roomCount: count,
  /** Events written to viewers in a second, all viewers added up. */
  deliveriesPerS: amount,
  /** Events left out for viewers that can't keep up. */
  skippedPerS: amount,
  /** How far viewers are behind, all together. */
  behindBytes: count,
  /** The ones with the most viewers. */
  rooms: z
    .array(
      z.object({
        id: idSchema,
        viewers: count,
        eventsPerS: amount,
        // A node of an older version says nothing of it.
        limiter: z.array(limiterReportSchema).max(2).default([]),
      }),
    )
    .max(50),
});

/** What a worker says of its work. */
const workerReportSchema = z.object({
  /** One of all workers does the work. */
  isLeading: z.boolean(),
  /** The consumers of the room log; null: it could not be asked. */
  consumers: z
    .array(z.object({ name: z.string().max(200), messages: count, seconds: amount.nullable() }))
    .max(50)
    .nullable(),
  outbox: z.object({ events: count, seconds: amount }).nullable(),
  lotteries: z.record(z.string().max(50), count).nullable(),
});

/** What an api process says of its work. */
const apiReportSchema = z.object({
  requestsPerS: amount,
  /** Of these, what failed by a fault of ours. */
  failuresPerS: amount,
});

/** How a process is and what its work is, for administrators: every two seconds, as a part of its report. */
export const processDetailsSchema = z.object({
  /** Processor time taken, in cores. */
  cores: amount,
  memoryBytes: count,
  /** The longest that a timer was late since it was last told. */
  loopDelayMs: amount,
  api: apiReportSchema.optional(),
  realtime: realtimeReportSchema.optional(),
  worker: workerReportSchema.optional(),
});

/** See {@link processDetailsSchema}. */
export type ProcessDetails = z.infer<typeof processDetailsSchema>;

/** See {@link processDetailsSchema}. */
export type LimiterReport = z.infer<typeof limiterReportSchema>;

/** The part of the details that a process' own work fills. */
export type WorkReport = Pick<ProcessDetails, "api" | "realtime" | "worker">;
