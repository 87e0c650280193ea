import type { Logger } from "@barrage/platform";
import type { CloseReason, ControlFrame, ResetReason } from "@barrage/protocol";
import type { Batch } from "../events/batch.ts";
import type { RoomMetrics } from "../metrics/metrics.ts";
import type { Dismissal } from "../revocation/standing.ts";
import { CatchUp, type CatchUpDeps } from "../session/catch-up.ts";
import { mustClose, type Position, type Session } from "../session/session.ts";
import type { LiveChannel, LiveChannels } from "./live-channel.ts";

interface AudienceDeps {
  readonly room: string;
  readonly channels: LiveChannels;
  readonly metrics: RoomMetrics;
  readonly logger: Logger;
  /** What catching up needs beside what the audience itself answers for. */
  readonly catchUp: Omit<CatchUpDeps, "onLive">;
}

/**
 * The viewers of one room. Each is live, and then in the channel of its format, or catching up on its own: a full
 * socket moves its viewer from the first to the second, and nobody else notices.
 */
export class Audience {
  readonly #deps: AudienceDeps;
  readonly #catchUpDeps: CatchUpDeps;
  readonly #sessions = new Set<Session>();
  readonly #catchingUp = new Map<Session, CatchUp>();

  constructor(deps: AudienceDeps) {
    this.#deps = deps;
    this.#catchUpDeps = {
      ...deps.catchUp,
      onLive: (session) => {
        this.#catchingUp.delete(session);
        deps.channels[session.transport.format].add(session);
      },
    };
  }

  get size(): number {
    return this.#sessions.size;
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
    return this.#sessions;
  }

  /** Adds a viewer that has been greeted. */
  add(session: Session, from: { readonly at: Position; readonly full: boolean }): void {
    this.#sessions.add(session);
    this.#catchUp(session, from);
  }

  /** Writes a batch to all live viewers; the ring already holds it. */
  broadcast(batch: Batch): void {
    const { channels, metrics } = this.#deps;
    for (const channel of [channels.sse, channels.ws]) {
      if (channel.size === 0) continue;
      metrics.delivered(channel.size * batch.eventCount);
      this.#moveAside(channel.broadcast(batch));
    }
    this.#endHopeless();
  }

  /** Tells all that their positions are void; the ring has begun anew. */
  reset(reason: ResetReason, frame: ControlFrame): void {
    for (const catchUp of this.#catchingUp.values()) catchUp.reset(reason);
    for (const session of this.#sessions) {
      if (session.state.kind !== "live" || session.transport.control(frame)) continue;
      this.#channelOf(session).delete(session);
      this.#moveAside([session]);
    }
  }

  /** Looks for viewers that are full, or hopelessly behind, without waiting for a next batch. */
  sweep(): void {
    const { channels } = this.#deps;
    for (const channel of [channels.sse, channels.ws]) this.#moveAside(channel.sweep());
    this.#endHopeless();
  }

  /** Ends the connections of all viewers, each with its own time to come back. */
  end(reason: CloseReason, retryAfterMs: (session: Session) => number | null): void {
    for (const session of this.#sessions) {
      session.endConnection(reason, retryAfterMs(session));
      this.#forget(session);
    }
  }

  dismiss(judge: (session: Session) => Dismissal | undefined): void {
    for (const session of this.#sessions) {
      const dismissal = judge(session);
      if (dismissal !== undefined) this.#end(session, dismissal.reason, dismissal.retryAfterMs);
    }
  }

  /** Takes out a viewer whose connection is gone. Idempotent. */
  remove(session: Session): void {
    session.gone();
    this.#forget(session);
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

  /** What was written to these was taken, up to the ring's head; what comes from now on waits in the ring. */
  #moveAside(sessions: readonly Session[]): void {
    const { ring } = this.#deps.catchUp;
    for (const session of sessions) {
      if (session.isClosed) continue;
      this.#deps.metrics.stalled();
      this.#catchUp(session, { at: { seq: ring.headSeq, bytes: ring.headBytes }, full: true });
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
    const wasHere = this.#sessions.delete(session);
    this.#catchingUp.delete(session);
    this.#channelOf(session).delete(session);
    const { state } = session;
    if (wasHere && state.kind === "closed" && state.reason === "slow_consumer")
      this.#deps.metrics.slowClosed();
  }

  #channelOf(session: Session): LiveChannel {
    return this.#deps.channels[session.transport.format];
  }
}
