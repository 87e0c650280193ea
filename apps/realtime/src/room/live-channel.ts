import type { Batch, Format } from "../events/batch.ts";
import type { Session } from "../session/session.ts";

/** How a batch reaches the live viewers of one format: all of them get the same bytes. */
export interface LiveChannel {
  readonly size: number;
  /** Every batch from the next one on. */
  add(session: Session): void;
  /** Nothing from now on. Harmless for one that is not in it. */
  delete(session: Session): void;
  /** Writes to all. @returns those whose socket is full; they are no longer in it. */
  broadcast(batch: Batch): readonly Session[];
  /** Looks for sockets that are full, where writing does not tell. Like {@link LiveChannel.broadcast}. */
  sweep(): readonly Session[];
}

/** Makes a room's channel for each format. */
export type LiveChannels = Readonly<Record<Format, LiveChannel>>;
