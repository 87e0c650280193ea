import { AppError, type Cursor, parseCursor } from "@barrage/protocol";
import { z } from "zod";

/** What a viewer asks for. */
export interface ViewerRequest {
  readonly since: Cursor | undefined;
  readonly tail: number;
  /** What is shown to it: everything, as much of a crowd as its budget allows, or how the room stands and no more. */
  readonly view: "all" | "shown" | "status";
  /** A size of screen, or a number of danmaku a second. */
  readonly budget: string;
  readonly ticket?: string | undefined;
}

/** So many of a room's newest events may be asked for. */
export const tailMax = 200;
const ticketLengthMax = 2_048;

/** What a viewer may ask for, whether of one room or of several. */
export const choiceShape = {
  tail: z
    .string()
    .regex(/^\d{1,3}$/, "must be a whole number")
    .transform(Number)
    .refine((count) => count <= tailMax, `must be at most ${tailMax}`)
    .default(0),
  view: z.enum(["all", "shown", "status"]).default("shown"),
  budget: z
    .string()
    .regex(/^(desktop|small|\d{1,4})$/, "must be desktop, small or a number")
    .default("desktop"),
};

const querySchema = z.object({
  since: z.string().optional(),
  ...choiceShape,
  ticket: z.string().min(1).max(ticketLengthMax).optional(),
});

/**
 * Reads a request's query and `Last-Event-ID`. The header wins over `?since=`: a browser's EventSource comes back
 * with the address it first had, and with the header telling where it is by now.
 * @throws AppError `input_invalid`; `cursor_malformed`.
 */
export function parseViewerRequest(request: Request): ViewerRequest {
  const { since, ...wanted } = parseQuery(request, querySchema);
  const cursor = request.headers.get("last-event-id") || since;
  return { since: cursor === undefined ? undefined : parseCursor(cursor), ...wanted };
}

/** Reads a request's query. @throws AppError `input_invalid`, which names every fault. */
export function parseQuery<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  const query = schema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (query.success) return query.data;
  const issues = query.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  throw new AppError("input_invalid", { issues });
}
