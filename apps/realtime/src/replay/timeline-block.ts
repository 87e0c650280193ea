import type { RoomMoment } from "@barrage/protocol";
import type { ReplayPage } from "./replay-page.ts";

/** A run of a session's events: where it lies and how the room was before it. Its events are loaded when needed. */
export interface TimelineBlock {
  readonly afterSeq: number;
  readonly lastSeq: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: RoomMoment;
  /** @throws AppError `replay_unavailable`; `log_unavailable`. */
  readonly load: () => Promise<ReplayPage>;
  /** Has it and what lies near it on its way, where that helps. */
  readonly readAhead?: () => void;
}
