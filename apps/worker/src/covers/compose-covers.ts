import type { Database } from "@barrage/db";
import type { BlobStore, Logger } from "@barrage/platform";
import type { Job } from "../leader/job.ts";
import { createObjectRemover } from "../object-removals/create-object-remover.ts";
import { createCoverJob } from "./create-cover-job.ts";
import { createCoverRenderer } from "./run-cover-program.ts";

interface CoversDeps {
  readonly database: Database;
  /** The media bucket. */
  readonly blobs: BlobStore;
  readonly logger: Logger;
}

/** The largest picture takes 4 s of a core; the rest is for a machine that is busy with other things. */
const renderDeadlineMs = 60_000;

/** The jobs that make covers and remove what is no cover any more. */
export function composeCovers(deps: CoversDeps): readonly Job[] {
  const render = createCoverRenderer({
    deadlineMs: renderDeadlineMs,
    onCrash: (crash) => deps.logger.warn(crash, "a picture ended the program that was to read it"),
  });
  return [createCoverJob({ ...deps, render }), createObjectRemover(deps)];
}
