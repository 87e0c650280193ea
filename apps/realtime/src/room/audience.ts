import type { Logger } from "@barrage/platform";
import type { CloseReason, ControlFrame, ResetReason } from "@barrage/protocol";
import type { RoomEntry } from "../events/room-entry.ts";
import type { RoomMetrics } from "../metrics/metrics.ts";
import type { Dismissal } from "../revocation/standing.ts";
import { CatchUp, type CatchUpDeps } from "../session/catch-up.ts";
import { mustClose, type Position, type Session } from "../session/session.ts";
import type { Timers } from "../timers.ts";
import type { LaneDeps } from "./lane.ts";
import { Lanes, type LanesOptions } from "./lanes.ts";
import type { LiveChannels } from "./live-channel.ts";
import type { LoadMeter } from "./load-meter.ts";

interface AudienceDeps {
  readonly room: string;
  readonly createChannels: (lane: number) => LiveChannels;
  /** Does the writing of a batch, or has it observed. */
  readonly write: LaneDeps["write"];
  readonly load: LoadMeter;
  readonly timers: Pick<Timers, "now" | "defer">;
  readonly lanes: LanesOptions;
  readonly metrics: RoomMetrics;
  readonly logger: Logger;
  /** What catching up needs beside what the audience itself answers for. */
  readonly catchUp: Omit<CatchUpDeps, "onLive">;
}

/**
 * The viewers of one view of a room. Each is live, and then in its lane, or catching up on its own: a full
 * socket moves its viewer from the first to the second, and nobody else notices.
 */
export class Audience {
  readonly #deps: AudienceDeps;
  readonly #catchUpDeps: CatchUpDeps;
  readonly #lanes: Lanes;
  readonly #catchingUp = new Map<Session, CatchUp>();

  constructor(deps: AudienceDeps) {
    this.#deps = deps;
    this.#catchUpDeps = {
      ...deps.catchUp,
      onLive: (session) => {
        this.#catchingUp.delete(session);
        this.#lanes.golive(session);
      },
    };
    const { room, metrics, load, timers, write, createChannels, catchUp } = deps;
    const onAside = (sessions: readonly Session[], at: Position, full: boolean) =>
      this.#moveAside(sessions, { at, full });
    const lane = { room, metrics, write, ring: catchUp.ring, onAside };
    this.#lanes = new Lanes({ lane, load, timers, createChannels }, deps.lanes);
  }

  get size(): number {
    return this.#lanes.size;
  }

  /** Whether there are so many that they are written to in turn; see {@link Lanes}. */
  get isCrowd(): boolean {
    return this.#lanes.takeTurns;
  }

  /** How far those that are not live are behind, all added up. */
  behindBytes(): number {
    const { ring } = this.#deps.catchUp;
    let bytes = 0;
    for (const { state } of this.#catchingUp.keys())
      if (state.kind === "stalled" || state.kind === "catching-up") bytes += ring.headBytes - state.at.bytes;
    return bytes;
  }

  sessions(): Iterable<Session> {
    return this.#lanes.sessions();
  }

  /** Adds a viewer that has been greeted. */
  add(session: Session, from: { readonly at: Position; readonly full: boolean }): void {
    this.#lanes.take(session);
    this.#catchUp(session, from);
  }

  /** Writes entries to all live viewers; the ring already holds them. */
  broadcast(entries: readonly RoomEntry[]): void {
    this.#lanes.push(entries);
    this.#endHopeless();
  }

  /** Tells all that their positions are void; the ring has begun anew. */
  reset(reason: ResetReason, frame: ControlFrame): void {
    this.#lanes.restart();
    for (const catchUp of this.#catchingUp.values()) catchUp.reset(reason);
    const { headSeq: seq, headBytes: bytes } = this.#deps.catchUp.ring;
    for (const session of this.#lanes.sessions()) {
      if (session.state.kind !== "live" || session.transport.control(frame)) continue;
      this.#lanes.suspend(session);
      this.#moveAside([session], { at: { seq, bytes }, full: true });
    }
  }

  /** Looks for viewers that are full, or hopelessly behind, without waiting for a next batch. */
  sweep(): void {
    this.#lanes.sweep();
    this.#endHopeless();
  }

  /** Ends the connections of all viewers, each with its own time to come back. */
  end(reason: CloseReason, retryAfterMs: (session: Session) => number | null): void {
    // What was said before goes before the goodbye.
    this.#lanes.writeAll();
    for (const session of this.#lanes.sessions()) {
      session.endConnection(reason, retryAfterMs(session));
      this.#forget(session);
    }
  }

  dismiss(judge: (session: Session) => Dismissal | undefined): void {
    const leaving: (readonly [Session, Dismissal])[] = [];
    for (const session of this.#lanes.sessions()) {
      const dismissal = judge(session);
      if (dismissal !== undefined) leaving.push([session, dismissal]);
    }
    // The event that they are dismissed for goes before the goodbye.
    if (leaving.length > 0) this.#lanes.writeAll();
    for (const [session, { reason, retryAfterMs }] of leaving) this.#end(session, reason, retryAfterMs);
  }

  /** Takes out a viewer whose connection is gone. Idempotent. */
  remove(session: Session): void {
    session.gone();
    this.#forget(session);
  }

  close(): void {
    this.#lanes.close();
  }

  #catchUp(session: Session, from: { readonly at: Position; readonly full: boolean }): void {
    const catchUp = new CatchUp(session, { deps: this.#catchUpDeps, ...from });
    this.#catchingUp.set(session, catchUp);
    catchUp.run().then(
      () => session.isClosed && this.#forget(session),
      (error: unknown) => {
        this.#deps.logger.error({ error, room: this.#deps.room }, "a viewer could not be served");
        this.#end(session, "internal", 1_000);
      },
    );
  }

  /** What was written to these was taken, up to their position; what comes after it waits in the ring. */
  #moveAside(sessions: readonly Session[], from: { readonly at: Position; readonly full: boolean }): void {
    for (const session of sessions) {
      if (session.isClosed) continue;
      if (from.full) this.#deps.metrics.stalled();
      this.#catchUp(session, from);
    }
  }

  #endHopeless(): void {
    const { catchUp } = this.#deps;
    const present = { headBytes: catchUp.ring.headBytes, ms: catchUp.timers.now() };
    for (const session of this.#catchingUp.keys()) {
      const { state } = session;
      if (state.kind === "stalled" && mustClose(state, present, catchUp.limits))
        this.#end(session, "slow_consumer", 0);
    }
  }

  #end(session: Session, reason: CloseReason, retryAfterMs: number | null): void {
    session.end(reason, retryAfterMs);
    this.#forget(session);
  }

  #forget(session: Session): void {
    const wasHere = this.#lanes.delete(session);
    this.#catchingUp.delete(session);
    const { state } = session;
    if (wasHere && state.kind === "closed" && state.reason === "slow_consumer")
      this.#deps.metrics.slowClosed();
  }
}
