import type { BucketRule } from "@barrage/domain";
import { newId } from "@barrage/platform";
import { createPlaybackService } from "./features/recordings/playback-service.ts";
import type { RecordingProceduresDeps } from "./features/recordings/recording-procedures.ts";
import { createUploadService } from "./features/recordings/upload-service.ts";
import type { Infrastructure } from "./infrastructure.ts";
import type { WatchGate } from "./room-access/watch-gate.ts";

/** Uploads begun, and asked for URLs of parts, by one user: a hundred at once, then four in a second. */
const uploadRule: BucketRule = { capacity: 100, refillMs: 250 };

interface RecordingParts {
  readonly gate: WatchGate;
  /** Counts one. @throws AppError `rate_limited` */
  readonly take: (key: string, rule: BucketRule) => Promise<void>;
  readonly now: () => number;
}

/** Wires up what the recordings of `media.*` need. */
export function composeRecordings(
  { database, media }: Infrastructure,
  { gate, take, now }: RecordingParts,
): RecordingProceduresDeps {
  const takeChange = (userId: string) => take(`upload:${userId}`, uploadRule);
  return {
    uploads: createUploadService({ database, media, newId, now, takeChange }),
    playback: createPlaybackService({ database, media, gate, now }),
  };
}
