import { idSchema } from "@barrage/protocol";
import { z } from "zod";

/** The version that processes tell of themselves. */
export const barrageVersion = "0.1.0";

/** What a process tells of itself, once a second. */
export const nodeReportSchema = z.object({
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
});

/** What a process tells of itself, once a second. */
export type NodeReport = z.infer<typeof nodeReportSchema>;

/** The part of a report that changes. */
export type NodeLoad = Pick<NodeReport, "state" | "connections" | "connectionsMax" | "busyShare">;
