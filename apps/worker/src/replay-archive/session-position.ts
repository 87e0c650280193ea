import type { SessionArchiveRow } from "@barrage/db";
import { emptyMoment } from "@barrage/domain";
import type { ArchivePosition } from "@barrage/platform";
import { roomMomentSchema } from "@barrage/protocol";
import { z } from "zod";

const storedStateSchema = z.object({
  moment: roomMomentSchema.default(emptyMoment),
  logMs: z.int().nonnegative().default(0),
});

/** Where a session's archive stands. */
export function positionOf({ archivedSeq, chain, state }: SessionArchiveRow): ArchivePosition {
  const { moment, logMs } = storedStateSchema.parse(state);
  return { archivedSeq, chain, state: moment, logMs };
}

/** The part of a position that is kept as JSON. */
export function storedStateOf({ state, logMs }: ArchivePosition): z.infer<typeof storedStateSchema> {
  return { moment: state, logMs };
}
