import type { CloseReason } from "@barrage/protocol";
import type { Transport } from "../transport/transport.ts";

/** How far a viewer is: the last event written to it, and the room's byte counter there. */
export interface Position {
  readonly seq: number;
  readonly bytes: number;
}

/**
 * Where a viewer is in its life. Only a live one gets what the room broadcasts and has no position of its own: it is
 * where the room is.
 */
export type SessionState =
  | { readonly kind: "catching-up"; readonly at: Position }
  | { readonly kind: "stalled"; readonly at: Position; readonly sinceMs: number }
  | { readonly kind: "live" }
  | { readonly kind: "closed"; readonly reason: CloseReason | "gone" };

export interface Limits {
  /** Beyond so many bytes behind, danmaku are shed. */
  readonly shedBytes: number;
  /** Beyond so many bytes behind, the connection is ended. */
  readonly closeBytes: number;
  /** A socket that takes nothing for so long is ended, however little waits. */
  readonly stalledMsMax: number;
}

/** Who watches. */
export interface Viewer {
  /** The logged-in user, when a ticket said so. */
  readonly userId: string | null;
  /** The log-in that the ticket was issued to. */
  readonly login: string | null;
  /** What tells this person from others, when different people are counted. */
  readonly key: string;
  /** By what the viewer came in: no ticket, or one for the room as it was then, open or private. */
  readonly door: "none" | "open" | "private";
}

/** The part of a room that a viewer sees, as the viewer needs to know it. */
export interface WatchedView {
  readonly audience: { remove(session: Session): void };
  isQuietFor(durationMs: number): boolean;
}

interface SessionParts {
  readonly transport: Transport;
  readonly viewer: Viewer;
  readonly view: WatchedView;
  readonly at: Position;
}

/** The state of all who are live: they differ in nothing, so they share it. */
export const live: SessionState = { kind: "live" };

/** One viewer in one room. Holds a position and no queue. */
export class Session {
  readonly transport: Transport;
  readonly viewer: Viewer;
  readonly view: WatchedView;
  state: SessionState;
  /** It has been live: from then on it is judged by how far it is behind, and no more as one that resumes. */
  wasLive = false;

  constructor({ transport, viewer, view, at }: SessionParts) {
    this.transport = transport;
    this.viewer = viewer;
    this.view = view;
    this.state = { kind: "catching-up", at };
  }

  get isClosed(): boolean {
    return this.state.kind === "closed";
  }

  /** Ends the viewer's watching of this room with a reason; other rooms of its connection go on. Idempotent. */
  end(reason: CloseReason, retryAfterMs: number | null): void {
    if (this.isClosed) return;
    this.state = { kind: "closed", reason };
    this.transport.end(reason, retryAfterMs);
  }

  /** Ends the viewer's connection, with all the rooms that it carries. Idempotent. */
  endConnection(reason: CloseReason, retryAfterMs: number | null): void {
    if (this.isClosed) return;
    this.state = { kind: "closed", reason };
    (this.transport.carrier ?? this.transport).end(reason, retryAfterMs);
  }

  /** Notes that the viewer has left. */
  gone(): void {
    if (!this.isClosed) this.state = { kind: "closed", reason: "gone" };
  }
}

/** Whether a viewer that stalled at `at` has to go: what it still needs grows beyond what we hold for it. */
export function mustClose(
  state: SessionState & { kind: "stalled" },
  now: { readonly headBytes: number; readonly ms: number },
  limits: Limits,
): boolean {
  return now.headBytes - state.at.bytes >= limits.closeBytes || now.ms - state.sinceMs >= limits.stalledMsMax;
}
