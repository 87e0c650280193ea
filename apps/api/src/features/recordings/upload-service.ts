import {
  abortRecordingUpload,
  completeRecordingUpload,
  type Database,
  forgetRecording,
  insertRecording,
  type RecordingClaim,
  type RecordingRefusal,
  type RecordingRow,
  removeRecording,
  setRecordingUpload,
  touchRecording,
} from "@barrage/db";
import {
  type PartSize,
  partBytesOf,
  partFaultOf,
  type RecordingContentType,
  recordingBytesMax,
  type UploadTotal,
  uploadFaultsOf,
} from "@barrage/domain";
import { type Media, recordingKeys } from "@barrage/platform";
import { AppError, type ErrorCode } from "@barrage/protocol";
import { askStorage } from "../../storage.ts";
import { createOwnRecordings, partedUpload } from "./own-recordings.ts";
import { type RecordingView, toRecordingView, type UploadView } from "./recording-view.ts";

/** What a host says about a recording that begins. */
export interface RecordingDraft {
  readonly room: string;
  readonly session: string;
  readonly contentType: RecordingContentType;
  /** A file's length; null for what is being recorded. */
  readonly bytes: number | null;
  /** Where a file begins in the session. */
  readonly offsetMs: number;
  /** How long ago the recorder began: a span, not a time, so that the browser's clock does not matter. */
  readonly startedAgoMs: number;
}

/** Where a part is put, with a PUT. */
export interface PartUrl {
  readonly number: number;
  readonly url: string;
}

/** Uploading recordings, for hosts. All of it `recording_not_found` for a recording that is not the user's own. */
export interface UploadService {
  /**
   * Begins a recording of a session.
   * @throws AppError `session_not_found`, `room_not_live` (nothing can be recorded of an ended session, only a file
   * uploaded), `limit_reached`, `recording_too_large`, `storage_unavailable`, `rate_limited`
   */
  start(hostId: string, draft: RecordingDraft): Promise<UploadView>;
  /** What is there already. @throws AppError `storage_unavailable` */
  upload(claim: RecordingClaim): Promise<UploadView>;
  /** URLs for parts, for an hour. @throws AppError `input_invalid`, `recording_not_uploading`, `rate_limited` */
  partUrls(
    claim: RecordingClaim,
    parts: readonly PartSize[],
  ): Promise<{ readonly urls: readonly PartUrl[]; readonly expiresAtMs: number }>;
  /**
   * Ends an upload: from here on the worker has it. Again with the same total, nothing changes.
   * @throws AppError `recording_incomplete` that names the missing parts, `recording_not_uploading`, `storage_unavailable`
   */
  complete(claim: RecordingClaim, total: UploadTotal): Promise<RecordingView>;
  /** Gives an upload up. @throws AppError `recording_not_uploading` */
  abort(claim: RecordingClaim): Promise<RecordingView>;
  /** Removes a recording, in whatever state, and all that is stored of it. */
  remove(claim: RecordingClaim): Promise<void>;
}

export interface UploadServiceDeps {
  readonly database: Database;
  readonly media: Media | undefined;
  readonly newId: () => string;
  readonly now: () => number;
  /** Counts one change by a user. @throws AppError `rate_limited` */
  readonly takeChange: (userId: string) => Promise<void>;
}

const partUrlLifeMs = 3_600_000;
const limits = { uploadingOfHost: 5, ofSession: 20 } as const;

const refusals: Readonly<Record<RecordingRefusal, ErrorCode>> = {
  no_session: "session_not_found",
  not_live: "room_not_live",
  too_many: "limit_reached",
};

async function startUpload(
  deps: UploadServiceDeps,
  hostId: string,
  draft: RecordingDraft,
): Promise<UploadView> {
  const { contentType, bytes } = draft;
  if (bytes !== null && bytes > recordingBytesMax) throw new AppError("recording_too_large");
  await deps.takeChange(hostId);
  const recording = {
    id: deps.newId(),
    roomId: draft.room,
    sessionId: draft.session,
    hostId,
    contentType,
    partBytes: partBytesOf(bytes),
    declaredBytes: bytes,
    offsetMs: bytes === null ? undefined : draft.offsetMs,
    startedAgoMs: draft.startedAgoMs,
  };
  const row = await deps.database.transaction((orm) => insertRecording(orm, recording, limits));
  if (typeof row === "string") throw new AppError(refusals[row]);
  const { orm } = deps.database;
  try {
    const { original } = recordingKeys(row);
    const { uploadId } = await askStorage(deps.media, ({ uploads }) => uploads.begin(original, contentType));
    await setRecordingUpload(orm, row.id, uploadId);
  } catch (error) {
    // Nobody knows of it yet. An upload whose answer came too late has no row: the bucket's own rule ends it.
    await forgetRecording(orm, row.id);
    throw error;
  }
  return { recording: toRecordingView(row), partBytes: row.partBytes, parts: [] };
}

async function signParts(
  deps: UploadServiceDeps,
  row: RecordingRow,
  parts: readonly PartSize[],
): Promise<{ readonly urls: readonly PartUrl[]; readonly expiresAtMs: number }> {
  const plan = { partBytes: row.partBytes, bytes: row.declaredBytes };
  const issues = parts.flatMap((part, index) => {
    const message = partFaultOf(plan, part);
    return message === undefined ? [] : [{ path: `parts.${index}`, message }];
  });
  if (issues.length > 0) throw new AppError("input_invalid", { issues });
  const upload = partedUpload(row);
  const expiresAtMs = deps.now() + partUrlLifeMs;
  const urls = await askStorage(deps.media, (media) =>
    Promise.all(
      parts.map(async (part) => ({
        number: part.number,
        url: await media.urls.partUrl(upload, part, partUrlLifeMs),
      })),
    ),
  );
  return { urls, expiresAtMs };
}

/** @throws AppError `recording_incomplete` when the parts that are there don't make up the whole */
function requireWhole(row: RecordingRow, stored: readonly PartSize[], total: UploadTotal): void {
  const declared = row.declaredBytes ?? total.bytes;
  const faults =
    declared === total.bytes ? uploadFaultsOf(stored, total) : [`the file has ${declared} bytes`];
  if (faults.length === 0) return;
  throw new AppError("recording_incomplete", {
    issues: faults.map((message) => ({ path: "parts", message })),
  });
}

/** Makes the service. */
export function createUploadService(deps: UploadServiceDeps): UploadService {
  const { orm } = deps.database;
  const own = createOwnRecordings(deps);
  return {
    start: (hostId, draft) => startUpload(deps, hostId, draft),

    async upload(claim) {
      const row = await own.get(claim);
      const parts = row.state === "uploading" ? ((await own.parts(partedUpload(row))) ?? []) : [];
      return {
        recording: toRecordingView(row),
        partBytes: row.partBytes,
        parts: parts.map(({ number, bytes }) => ({ number, bytes })),
      };
    },

    async partUrls(claim, parts) {
      await deps.takeChange(claim.hostId);
      return signParts(deps, await own.changed(claim, await touchRecording(orm, claim)), parts);
    },

    async complete(claim, total) {
      const row = await own.get(claim);
      const isDone = row.state === "checking" || row.state === "ready";
      if (isDone && row.parts === total.parts) return toRecordingView(row);
      const stored = await own.parts(partedUpload(row));
      if (stored === undefined) throw new AppError("recording_not_uploading");
      requireWhole(row, stored, total);
      return toRecordingView(await own.changed(claim, await completeRecordingUpload(orm, claim, total)));
    },

    async abort(claim) {
      return toRecordingView(await own.changed(claim, await abortRecordingUpload(orm, claim, "aborted")));
    },

    async remove(claim) {
      if (!(await removeRecording(orm, claim))) throw new AppError("recording_not_found");
    },
  };
}
