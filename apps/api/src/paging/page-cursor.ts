import { AppError } from "@barrage/protocol";
import type { z } from "zod";

/** Writes and reads the opaque cursors of one list. */
export interface PageCursor<Position> {
  write(position: Position): string;
  /** @throws AppError `cursor_malformed` for anything that `write` could not have written */
  read(text: string): Position;
}

/**
 * A list's cursor: a position as base64url of its JSON. It is not signed, because it grants nothing: whoever makes one
 * up can only begin to read at another place of what they may read anyway.
 */
export function createPageCursor<Position>(schema: z.ZodType<Position>): PageCursor<Position> {
  return {
    write: (position) => Buffer.from(JSON.stringify(position)).toString("base64url"),
    read(text) {
      const parsed = schema.safeParse(fromJson(text));
      if (!parsed.success) throw new AppError("cursor_malformed", { cause: parsed.error });
      return parsed.data;
    },
  };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch (error) {
    throw new AppError("cursor_malformed", { cause: error });
  }
}
