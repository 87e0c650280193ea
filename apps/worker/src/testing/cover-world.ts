import { findCoverOfHost, markCoverUploaded, replaceCoverUpload } from "@barrage/db";
import type { CoverType } from "@barrage/domain";
import { type BlobStore, coverUploadKey, newId } from "@barrage/platform";
import { composeCovers } from "../covers/compose-covers.ts";
import type { Job } from "../leader/job.ts";
import { type MediaWorld, openMediaWorld } from "./media-world.ts";

interface TestRoom {
  readonly id: string;
  readonly hostId: string;
}

/** A world with a media bucket, and what is done with covers in it. For tests. */
export interface CoverWorld extends MediaWorld {
  readonly blobs: BlobStore;
  /** The worker's job, over a bucket that may be another than {@link blobs}. */
  readonly job: (blobs: BlobStore) => Job;
  /** As the api and a browser do it: the upload is noted, and the file is in the bucket. @returns the upload's id */
  upload(room: TestRoom, file: Uint8Array, options?: UploadOptions): Promise<string>;
  coverOf(room: TestRoom): ReturnType<typeof findCoverOfHost>;
}

interface UploadOptions {
  readonly type?: CoverType;
  readonly bytes?: number;
  /** When it is over unless it arrived before; it has not, then. */
  readonly neverArrives?: boolean;
}

/** Opens one. */
export async function openCoverWorld(): Promise<CoverWorld> {
  const opened = await openMediaWorld();
  const { world, media } = opened;
  const { blobs } = media;
  const { orm } = world.database;
  return {
    ...opened,
    blobs,
    job: (used) => together(composeCovers({ ...world, blobs: used })),
    async upload(room, file, { type = "image/png", bytes = file.length, neverArrives = false } = {}) {
      const upload = { roomId: room.id, id: newId() };
      await replaceCoverUpload(orm, { ...upload, type, bytes, lifeMs: neverArrives ? 0 : 60_000 });
      if (neverArrives) return upload.id;
      await blobs.put(coverUploadKey(room.id, upload.id), file, type);
      await markCoverUploaded(orm, upload);
      return upload.id;
    },
    coverOf: (room) => findCoverOfHost(orm, room),
  };
}

function together(jobs: readonly Job[]): Job {
  return {
    name: "covers",
    run: async (signal) => void (await Promise.all(jobs.map((job) => job.run(signal)))),
  };
}
