import { type CoverUploadRow, delayCoverUpload, listDueCoverUploads } from "@barrage/db";
import { coverRetryMs } from "@barrage/domain";
import type { Logger } from "@barrage/platform";
import { every } from "../leader/every.ts";
import type { Job } from "../leader/job.ts";
import { type SettleCoverDeps, settleCover } from "./settle-cover.ts";

interface CoverJobDeps extends SettleCoverDeps {
  readonly logger: Logger;
}

const lookEveryMs = 500;
const uploadsPerLook = 20;

/** Turns uploaded files into covers, and ends uploads that never arrived. */
export function createCoverJob({ logger, ...deps }: CoverJobDeps): Job {
  const { orm } = deps.database;

  async function settle(upload: CoverUploadRow, signal: AbortSignal): Promise<void> {
    try {
      await settleCover(deps, upload, signal);
    } catch (error) {
      if (signal.aborted) return;
      logger.warn({ error, room: upload.roomId, upload: upload.id }, "a cover can't be made now");
      await delayCoverUpload(orm, upload, coverRetryMs(upload.attempts + 1));
    }
  }

  return {
    name: "covers",
    run: (signal) =>
      every(lookEveryMs, signal, async () => {
        try {
          // One after the other: a picture takes a core, and in the worst case some 700 MB.
          for (const upload of await listDueCoverUploads(orm, uploadsPerLook)) {
            if (!signal.aborted) await settle(upload, signal);
          }
        } catch (error) {
          if (!signal.aborted) logger.warn({ error }, "covers can't be made now: trying again");
        }
      }),
  };
}
