import type { Batch } from "../events/batch.ts";
import type { Session } from "../session/session.ts";
import type { Socket } from "../transport/transport.ts";
import type { LiveChannel } from "./live-channel.ts";

interface WsChannelDeps {
  readonly topic: string;
  /** Sends one text frame to every socket that is subscribed. */
  readonly publish: (topic: string, text: string) => void;
}

/** A socket with this much waiting counts as full. */
const fullBytes = 32 * 1024;
/** After this much the sockets are looked at, whatever the clock says. */
const sweepBytes = 64 * 1024;
const utf8BytesPerUnitMax = 3;

/**
 * One publish per text frame for all sockets: the server frames the text once and hands it to each. A publish does not say
 * which sockets are full, so they are looked at after every 64 KB. Between two looks no socket can gather more than
 * that and one batch, far below the limit at which the server would drop: nothing is lost without our knowing.
 */
export class WsChannel implements LiveChannel {
  readonly #deps: WsChannelDeps;
  readonly #sockets = new Map<Session, Socket>();
  #bytesSinceSweep = 0;

  constructor(deps: WsChannelDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#sockets.size;
  }

  add(session: Session): void {
    const { socket } = session.transport;
    if (socket === undefined) throw new Error("not a WebSocket");
    this.#sockets.set(session, socket);
    socket.subscribe(this.#deps.topic);
  }

  delete(session: Session): void {
    const socket = this.#sockets.get(session);
    if (socket === undefined) return;
    this.#sockets.delete(session);
    socket.unsubscribe(this.#deps.topic);
  }

  broadcast(batch: Batch): readonly Session[] {
    for (const text of batch.ws()) {
      this.#deps.publish(this.#deps.topic, text);
      this.#bytesSinceSweep += text.length * utf8BytesPerUnitMax;
    }
    return this.#bytesSinceSweep >= sweepBytes ? this.sweep() : [];
  }

  sweep(): readonly Session[] {
    if (this.#bytesSinceSweep === 0) return [];
    this.#bytesSinceSweep = 0;
    const full: Session[] = [];
    for (const [session, socket] of this.#sockets) {
      if (socket.getBufferedAmount() >= fullBytes) full.push(session);
    }
    for (const session of full) this.delete(session);
    return full;
  }
}
