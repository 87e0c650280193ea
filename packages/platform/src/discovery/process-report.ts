import { idSchema } from "@barrage/protocol";
import { z } from "zod";
import { processDetailsSchema } from "./process-details.ts";

/** The version that processes tell of themselves. */
export const barrageVersion = "0.1.0";

/** What a process tells of itself, once a second. */
export const processReportSchema = z.object({
  /** Of this process; no other has had it. */
  id: idSchema,
  role: z.enum(["api", "realtime", "worker"]),
  version: z.string().max(50),
  /** Where browsers reach it; null: by the common address alone. */
  address: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullable(),
  /** Where it runs, for operators. */
  host: z.string().max(300),
  pid: z.int().nonnegative(),
  startedAtMs: z.int().nonnegative(),
  /** `gone` is the last report of a process that ends in good order. */
  state: z.enum(["ready", "draining", "gone"]),
  connections: z.int().nonnegative(),
  /** How many connections it takes; 0 for a process that takes none from viewers. */
  connectionsMax: z.int().nonnegative(),
  /** The share of its time that it is busy, 0 to 1. */
  busyShare: z.number().min(0).max(1),
  /**
   * In every second report. What can't be read, as of another version, is left out: nobody is taken for gone because
   * of a figure.
   */
  details: processDetailsSchema.optional().catch(undefined),
});

/** What a process tells of itself, once a second. */
export type ProcessReport = z.infer<typeof processReportSchema>;

/** What those who send viewers to a process want to know. */
export type ViewerLoad = Pick<ProcessReport, "connections" | "connectionsMax" | "busyShare">;
