import type { RecordingFault } from "@barrage/domain";
import { type Input, MP4, WEBM } from "mediabunny";

/** What a recording is, by its bytes. */
export interface Probe {
  /** Null where the file does not say it, as those do not that a browser wrote while it recorded. */
  readonly durationMs: number | null;
}

/**
 * Looks into a recording: by the bytes, whatever its name says.
 * @returns a fault when it is something else than its content type says, or has no picture that could be played
 * @throws whatever its source throws, and the reader's errors about a file that is damaged
 */
export async function probeRecording(input: Input, contentType: string): Promise<Probe | RecordingFault> {
  // Of some bytes that are no media at all the reader says so by throwing.
  if (!(await input.canRead().catch(() => false))) return "wrong_type";
  const expected = contentType === "video/mp4" ? MP4 : WEBM;
  if ((await input.getFormat()) !== expected) return "wrong_type";
  const picture = await input.getPrimaryVideoTrack();
  if (picture === null || (await picture.getCodec()) === null) return "unplayable";
  const seconds = await input.getDurationFromMetadata();
  const isKnown = seconds !== null && Number.isFinite(seconds) && seconds > 0;
  return { durationMs: isKnown ? Math.round(seconds * 1_000) : null };
}
