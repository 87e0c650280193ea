import type { CoverUploadRow } from "@barrage/db";
import { type CoverFault, coverFaultSchema } from "@barrage/domain";

/** A room's cover, and what became of the newest upload for it, as its host sees them. */
export interface CoverView {
  /** The name of the cover that is shown; null: clients draw one. A new upload changes it when it is `ready`. */
  readonly cover: string | null;
  /**
   * `none`: nothing was uploaded since the cover was last removed. `pending`: the file is awaited. `checking`: it is
   * there, and being looked at. `failed`: it did not become a cover, for the reason in `fault`.
   */
  readonly state: "none" | CoverUploadRow["state"];
  /** The newest upload's id; null exactly when there is none. */
  readonly upload: string | null;
  readonly fault: CoverFault | null;
  /** Whether our side could not go on (the object store was down) and will try again by itself. */
  readonly delayed: boolean;
}

/** The view of a cover. */
export function toCoverView(found: {
  readonly cover: string | null;
  readonly upload: CoverUploadRow | null;
}): CoverView {
  const { cover, upload } = found;
  if (upload === null) return { cover, state: "none", upload: null, fault: null, delayed: false };
  return {
    cover,
    state: upload.state,
    upload: upload.id,
    fault: upload.fault === null ? null : coverFaultSchema.parse(upload.fault),
    delayed: upload.state === "checking" && upload.attempts > 0,
  };
}
