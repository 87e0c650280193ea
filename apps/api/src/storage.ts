import type { Media } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { withDeadline } from "./deadline.ts";

/** Below the deadline of procedures, so that the answer says what is down. */
const askMs = 5_000;

/**
 * Asks the media bucket for something.
 * @throws AppError `storage_unavailable` when there is none, it can't be reached, or it takes too long
 */
export async function askStorage<Result>(
  media: Media | undefined,
  ask: (media: Media) => Promise<Result>,
): Promise<Result> {
  if (media === undefined) throw new AppError("storage_unavailable");
  try {
    return await withDeadline(ask(media), askMs);
  } catch (error) {
    throw new AppError("storage_unavailable", { cause: error, retryAfterMs: 2_000 });
  }
}
