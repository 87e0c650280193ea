import { type Database, findOwnRecording, type RecordingClaim, type RecordingRow } from "@barrage/db";
import { type Media, type PartedUpload, recordingKeys, type UploadedPart } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { askStorage } from "../../storage.ts";

/** A host's way to their own recordings, and to the uploads behind them. */
export interface OwnRecordings {
  /** @throws AppError `recording_not_found` */
  get(claim: RecordingClaim): Promise<RecordingRow>;
  /** The row after a change. @throws AppError `recording_not_uploading` or `recording_not_found` when there is none */
  changed(claim: RecordingClaim, row: RecordingRow | undefined): Promise<RecordingRow>;
  /** What the store holds of an upload; undefined when it has forgotten it. @throws AppError `storage_unavailable` */
  parts(upload: PartedUpload): Promise<readonly UploadedPart[] | undefined>;
}

/** Makes them. */
export function createOwnRecordings(deps: {
  readonly database: Database;
  readonly media: Media | undefined;
}): OwnRecordings {
  async function get(claim: RecordingClaim): Promise<RecordingRow> {
    const row = await findOwnRecording(deps.database.orm, claim);
    if (row === undefined) throw new AppError("recording_not_found");
    return row;
  }
  return {
    get,
    async changed(claim, row) {
      if (row !== undefined) return row;
      await get(claim);
      throw new AppError("recording_not_uploading");
    },
    parts: (upload) => askStorage(deps.media, ({ uploads }) => uploads.parts(upload)),
  };
}

/** The upload as the store knows it. @throws AppError `recording_not_uploading` when it has not begun, or is over */
export function partedUpload(row: RecordingRow): PartedUpload {
  if (row.state !== "uploading" || row.uploadId === null) throw new AppError("recording_not_uploading");
  return { key: recordingKeys(row).original, uploadId: row.uploadId };
}
