import { type Database, delayRemovals, deleteRemoval, listDueRemovals } from "@barrage/db";
import type { BlobStore, Logger } from "@barrage/platform";
import { every } from "../leader/every.ts";
import type { Job } from "../leader/job.ts";

interface ObjectRemoverDeps {
  readonly database: Database;
  readonly blobs: Pick<BlobStore, "deleteAll">;
  readonly logger: Logger;
}

const lookEveryMs = 1_000;
const removalsPerLook = 100;
const retryMs = 30_000;

/** Removes objects of the media bucket that nobody needs any more. What can't be removed now is tried again. */
export function createObjectRemover({ database: { orm }, blobs, logger }: ObjectRemoverDeps): Job {
  async function removeDue(signal: AbortSignal): Promise<void> {
    const due = await listDueRemovals(orm, removalsPerLook);
    for (const [index, { id, prefix }] of due.entries()) {
      if (signal.aborted) return;
      try {
        await blobs.deleteAll(prefix);
      } catch (error) {
        logger.warn({ error, prefix }, "objects can't be removed now: trying again");
        // The store is down, most likely: it is not asked for each of the others, too.
        return delayRemovals(
          orm,
          due.slice(index).map((removal) => removal.id),
          retryMs,
        );
      }
      await deleteRemoval(orm, id);
    }
  }

  return {
    name: "object removals",
    run: (signal) =>
      every(lookEveryMs, signal, async () => {
        try {
          await removeDue(signal);
        } catch (error) {
          if (!signal.aborted) logger.warn({ error }, "objects can't be removed now: trying again");
        }
      }),
  };
}
