import { z } from "zod";
import { AppError } from "./app-error.ts";

/**
 * A position in a room's log, the same on every node. `epoch` names one creation of the stream, so a re-created
 * stream is never mistaken for the old one; `seq` is the stream sequence of the last event seen (0: before all).
 */
export interface Cursor {
  readonly epoch: string;
  readonly seq: number;
}

const cursorPattern = /^([0-9a-z]{1,16})-(0|[1-9][0-9]{0,15})$/;

/** The wire form of a cursor, `<epoch>-<seq>`: the SSE `id:` and the WebSocket `cursor`. */
export const cursorSchema = z.string().regex(cursorPattern, "must look like <epoch>-<seq>");

/** Writes a cursor in its wire form. */
export function formatCursor(cursor: Cursor): string {
  return `${cursor.epoch}-${cursor.seq}`;
}

/**
 * Reads a cursor from its wire form.
 * @throws AppError `cursor_malformed` for anything that {@link formatCursor} could not have written.
 */
export function parseCursor(text: string): Cursor {
  const match = cursorPattern.exec(text);
  const epoch = match?.[1];
  const seq = Number(match?.[2]);
  if (epoch === undefined || !Number.isSafeInteger(seq)) throw new AppError("cursor_malformed");
  return { epoch, seq };
}

/** The epoch of a stream that was created at `createdAtMs`. */
export function epochOf(createdAtMs: number): string {
  return Math.trunc(createdAtMs).toString(36);
}
