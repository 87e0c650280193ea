import { AppError, type Cursor, idSchema, parseCursor, type ReplaySpeed } from "@barrage/protocol";
import { z } from "zod";

/** Where a replay begins: at a moment of its session, or behind an event. */
export type ReplayStart =
  | { readonly kind: "offset"; readonly offsetMs: number }
  | { readonly kind: "cursor"; readonly cursor: Cursor };

/** What the viewer of a replay asks for. */
export interface ReplayRequest {
  readonly session: string;
  readonly start: ReplayStart;
  readonly speed: ReplaySpeed;
  /** The moment of the session at which the replay ends; undefined: its end. */
  readonly untilMs: number | undefined;
  readonly view: "all" | "shown";
  readonly budget: "desktop" | "small";
}

const offset = z
  .string()
  .regex(/^\d{1,15}$/, "must be a whole number of milliseconds")
  .transform(Number);
const speed = z.union(
  [
    z.literal("max"),
    z
      .string()
      .regex(/^\d{1,2}(\.\d{1,4})?$/)
      .transform(Number)
      .refine((value) => value >= 0.25 && value <= 16),
  ],
  "must be 0.25 to 16, or max",
);
const querySchema = z.object({
  session: idSchema,
  from: z.union([offset, z.string()]).default(0),
  speed: speed.default(1),
  until: offset.optional(),
  view: z.enum(["all", "shown"]).default("shown"),
  budget: z.enum(["desktop", "small"]).default("desktop"),
});

/**
 * Reads a request's query and `Last-Event-ID`, which wins over `from`: an EventSource that comes back goes on where it
 * was. @throws AppError `input_invalid`; `cursor_malformed`.
 */
export function parseReplayRequest(request: Request): ReplayRequest {
  const query = querySchema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!query.success) {
    const issues = query.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
    throw new AppError("input_invalid", { issues });
  }
  const { session, speed: asked, until: untilMs, view, budget } = query.data;
  const from = request.headers.get("last-event-id") || query.data.from;
  const start: ReplayStart =
    typeof from === "number"
      ? { kind: "offset", offsetMs: from }
      : { kind: "cursor", cursor: parseCursor(from) };
  return { session, start, speed: asked, untilMs, view, budget };
}
