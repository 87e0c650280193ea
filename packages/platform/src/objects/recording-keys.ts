import { isId } from "@barrage/protocol";

/** Where a recording's objects are in the media bucket. */
export interface RecordingKeys {
  /** Everything of the recording is below it, unfinished uploads included. */
  readonly prefix: string;
  /** As it was uploaded. */
  readonly original: string;
  /** As it is played, when it had to be written anew. */
  readonly playable: string;
}

/** The keys of a recording. @throws TypeError for an id that is none: it would lead elsewhere in the bucket */
export function recordingKeys(recording: {
  readonly id: string;
  readonly roomId: string;
  readonly contentType: string;
}): RecordingKeys {
  const { id, roomId, contentType } = recording;
  if (!isId(id) || !isId(roomId)) throw new TypeError("not an id");
  const prefix = `recordings/${roomId}/${id}/`;
  const extension = contentType === "video/mp4" ? "mp4" : "webm";
  return { prefix, original: `${prefix}original.${extension}`, playable: `${prefix}playable.${extension}` };
}
