import type { RecordingRow } from "@barrage/db";

/** A recording as clients see it. */
export interface RecordingView {
  readonly id: string;
  readonly room: string;
  readonly session: string;
  readonly state: RecordingRow["state"];
  /** A `RecordingFault` of the domain; null unless it failed. */
  readonly reason: string | null;
  /** The check could not be done yet, for something on our side is down: it is tried again. */
  readonly delayed: boolean;
  readonly contentType: string;
  /** Null while it is still being recorded. */
  readonly bytes: number | null;
  /** Session time = recording time + offset; below zero for one that began before its session. */
  readonly offsetMs: number;
  /** Null before it is ready. */
  readonly durationMs: number | null;
  readonly createdAtMs: number;
}

/** How to play a recording. */
export interface PlaybackView {
  /** For a `<video>`: takes ranges. */
  readonly url: string;
  /** When the URL ends; then ask for another one. */
  readonly expiresAtMs: number;
  readonly contentType: string;
  readonly offsetMs: number;
  readonly durationMs: number;
}

/** An upload as its host sees it. */
export interface UploadView {
  readonly recording: RecordingView;
  /** How long each part is; the last one may be shorter. */
  readonly partBytes: number;
  /** What is there already, by number: a part that is sent again takes the place of the first. */
  readonly parts: readonly { readonly number: number; readonly bytes: number }[];
}

/** The view of a recording. */
export function toRecordingView(row: RecordingRow): RecordingView {
  return {
    id: row.id,
    room: row.roomId,
    session: row.sessionId,
    state: row.state,
    reason: row.fault,
    delayed: row.state === "checking" && row.attempts > 0,
    contentType: row.contentType,
    bytes: row.bytes ?? row.declaredBytes,
    offsetMs: row.offsetMs,
    durationMs: row.durationMs,
    createdAtMs: row.createdAt.getTime(),
  };
}
