import type { UniqueViewers } from "../presence/unique-viewers.ts";
import type { Revocation } from "../revocation/create-revocation.ts";
import type { Room } from "../room/room.ts";
import type { HeartbeatWheel } from "../session/heartbeat-wheel.ts";
import type { Session } from "../session/session.ts";
import type { Transport } from "../transport/transport.ts";
import type { Admission } from "./admit-viewer.ts";

/** A viewer on the heartbeat wheel. */
export interface Watching {
  readonly room: Room;
  readonly session: Session;
}

interface WatchDeps {
  readonly wheel: HeartbeatWheel<Watching>;
  readonly revocation: Pick<Revocation, "watch">;
  readonly uniques: Pick<UniqueViewers, "joined">;
}

/**
 * Puts an admitted viewer with an open connection into its room.
 * @returns what to call when the connection is gone; it gives back everything that the viewer held.
 */
export function watchRoom(
  { lease, view, viewer, start, release }: Admission,
  transport: Transport,
  { wheel, revocation, uniques }: WatchDeps,
): () => void {
  const { room } = lease;
  const session = room.join({ view, transport, viewer, start });
  const watching = { room, session };
  wheel.add(watching);
  // The room may have changed while the connection was being opened.
  const fault = lease.whyNot(viewer);
  if (fault !== undefined) session.end(fault.reason, fault.retryAfterMs);
  const forget = revocation.watch(session);
  uniques.joined(room.id, viewer.key);
  return () => {
    forget();
    wheel.delete(watching);
    room.leave(session);
    release();
  };
}
