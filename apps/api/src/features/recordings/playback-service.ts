import { type Database, findRecording, listRecordings, type RecordingRow } from "@barrage/db";
import type { Media } from "@barrage/platform";
import { AppError, type Role } from "@barrage/protocol";
import type { Visitor } from "../../room-access/room-access.ts";
import type { WatchGate } from "../../room-access/watch-gate.ts";
import { askStorage } from "../../storage.ts";
import { type PlaybackView, type RecordingView, toRecordingView } from "./recording-view.ts";

/** Recordings for those who watch. What is not ready is its host's business: for all others it is not there. */
export interface PlaybackService {
  /** A session's recordings, by where they begin. @throws AppError what the room's gate throws */
  list(
    place: { readonly room: string; readonly session: string },
    visitor: Visitor,
  ): Promise<readonly RecordingView[]>;
  /** @throws AppError `recording_not_found`, and what the room's gate throws */
  get(id: string, visitor: Visitor): Promise<RecordingView>;
  /** A URL to play it, for half an hour. @throws AppError `recording_not_ready`, `storage_unavailable` too */
  play(id: string, visitor: Visitor): Promise<PlaybackView>;
}

export interface PlaybackServiceDeps {
  readonly database: Database;
  readonly media: Media | undefined;
  readonly gate: WatchGate;
  readonly now: () => number;
}

const urlLifeMs = 30 * 60_000;

/** Makes the service. */
export function createPlaybackService(deps: PlaybackServiceDeps): PlaybackService {
  const { gate, database } = deps;
  const isShown = (row: RecordingRow, role: Role | null) => row.state === "ready" || role === "host";

  async function find(id: string, visitor: Visitor): Promise<RecordingRow> {
    const row = await findRecording(database.orm, id);
    if (row === undefined) throw new AppError("recording_not_found");
    const { role } = await gate.enter(row.roomId, visitor);
    if (!isShown(row, role)) throw new AppError("recording_not_found");
    return row;
  }

  return {
    async list({ room, session }, visitor) {
      const { role } = await gate.enter(room, visitor);
      const of = { roomId: room, sessionId: session, readyOnly: role !== "host" };
      return (await listRecordings(database.orm, of)).map(toRecordingView);
    },

    get: async (id, visitor) => toRecordingView(await find(id, visitor)),

    async play(id, visitor) {
      const { playKey, durationMs, contentType, offsetMs } = await find(id, visitor);
      if (playKey === null || durationMs === null) throw new AppError("recording_not_ready");
      const expiresAtMs = deps.now() + urlLifeMs;
      // The type that was checked, whatever the store says: nothing in there is ever shown as a page.
      const headers = {
        contentType,
        contentDisposition: "inline",
        cacheControl: `private, max-age=${urlLifeMs / 1_000}`,
      };
      const url = await askStorage(deps.media, ({ urls }) => urls.downloadUrl(playKey, headers, urlLifeMs));
      return { url, expiresAtMs, contentType, offsetMs, durationMs };
    },
  };
}
