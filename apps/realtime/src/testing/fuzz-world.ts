import { createLogger } from "@barrage/platform";
import { AppError, type Cursor } from "@barrage/protocol";
import type { SeededRandom } from "@barrage/testkit";
import { RoomFeed } from "../feed/room-feed.ts";
import { createMetrics } from "../metrics/metrics.ts";
import type { Room } from "../room/room.ts";
import { resolveStart } from "../session/resume.ts";
import type { Session } from "../session/session.ts";
import { CheckedViewer } from "./checked-viewer.ts";
import { createTestRoom } from "./create-test-room.ts";
import { danmaku } from "./danmaku.ts";
import { FakeLog } from "./fake-log.ts";
import { FakeTimers } from "./fake-timers.ts";
import { FakeTransport } from "./fake-transport.ts";

const roomId = "room0000";
const otherRoomId = "room0001";
const encoder = new TextEncoder();
const socketBytesMax = 1_500;

/** A viewer of the fuzz: its knowledge outlives its connections. */
interface Guest {
  readonly checked: CheckedViewer;
  connection: { readonly transport: FakeTransport; readonly session: Session } | undefined;
  connecting: boolean;
}

/** One room over a network that the test owns, with viewers that check all they get. */
export class FuzzWorld {
  readonly log = new FakeLog();
  readonly timers = new FakeTimers();
  readonly metrics = createMetrics();
  readonly guests: Guest[] = [];
  readonly #random: SeededRandom;
  readonly #published = new Map<string, number[]>();
  #open: { readonly feed: RoomFeed; readonly room: Room } | undefined;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Opens the room; the questions that it asks are answered. */
  async open(): Promise<void> {
    const opening = RoomFeed.open(roomId, {
      deps: {
        log: this.log,
        logger: createLogger({ name: "test", level: "silent" }),
        random: this.#random.next,
        timers: this.timers,
        onRepair: () => this.metrics.repaired(),
      },
      options: { tailCheckMs: 1_000, prefill: { count: 10, spanMs: 0 }, waitingMax: 20 },
      handlers: {
        onEntries: (entries) => this.#mustBeOpen().room.receive(entries),
        onVerified: (seq) => this.#mustBeOpen().room.verified(seq),
        onReset: (reason, start) => this.#mustBeOpen().room.reset(reason, start),
      },
    });
    while (this.log.questionCount === 0) await this.settle();
    for (; this.log.questionCount > 0; await this.settle()) this.log.answer();
    const { feed, start } = await opening;
    this.#open = {
      feed,
      room: createTestRoom({
        id: roomId,
        log: this.log,
        timers: this.timers,
        metrics: this.metrics,
        start,
        // In some worlds everybody is written to at once, in others in turn.
        laneViewers: this.#random.pick([1, 2, 1_000]),
        // A node that is busy by fits lets events wait for their turn, while viewers come and go.
        tickMsMax: this.#random.pick([25, 2_000]),
        load: { add: () => {}, addHandedOver: () => {}, busyShare: () => this.#random.pick([0, 1]) },
      }),
    };
    feed.begin();
  }

  publish(role: "viewer" | "host", textLength: number): void {
    const json = encoder.encode(JSON.stringify(danmaku(roomId, "x".repeat(textLength), role)));
    const seq = this.log.publish(roomId, json);
    const epoch = this.log.epoch();
    const seqs = this.#published.get(epoch) ?? [];
    this.#published.set(epoch, seqs);
    seqs.push(seq);
  }

  publishElsewhere(): void {
    this.log.publish(otherRoomId, encoder.encode("{}"));
  }

  countBetween = (epoch: string, afterSeq: number, seq: number): number =>
    (this.#published.get(epoch) ?? []).filter((one) => one > afterSeq && one <= seq).length;

  newGuest(): void {
    this.guests.push({ checked: new CheckedViewer(this), connection: undefined, connecting: false });
  }

  /** Connects a guest, at the position where it broke off. It stays away when the log can't be asked. */
  connect(guest: Guest): void {
    if (guest.connecting || guest.connection !== undefined) return;
    guest.connecting = true;
    const mode = this.#random.chance(0.5) ? "position" : "last-event";
    void this.#join(guest, guest.checked.resume(mode)).finally(() => {
      guest.connecting = false;
    });
  }

  disconnect(guest: Guest): void {
    const { connection } = guest;
    guest.connection = undefined;
    if (connection === undefined) return;
    connection.transport.cut();
    this.#mustBeOpen().room.leave(connection.session);
  }

  /** A guest reads; one that was ended reads the rest and is then away. */
  read(guest: Guest, frames: number): void {
    const { connection } = guest;
    if (connection === undefined) return;
    connection.transport.read(frames);
    if (connection.transport.ended !== undefined && connection.transport.waitingBytes === 0)
      this.disconnect(guest);
  }

  sweep(): void {
    this.#mustBeOpen().room.sweep();
  }

  /** Lets everything that waits for nothing but its turn run. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** Heals the network and reads everything. @throws when a viewer is left without something that the log holds. */
  async expectAllWhole(): Promise<void> {
    for (let round = 0; round < 400; round++) {
      for (const guest of this.guests) this.connect(guest);
      while (this.log.wireLength > 0) this.log.deliver();
      while (this.log.questionCount > 0) this.log.answer();
      await this.settle();
      this.timers.advance(200);
      await this.settle();
      for (const guest of this.guests) this.read(guest, 1_000);
      await this.settle();
      if (round > 20 && this.guests.every((guest) => this.#isWhole(guest))) return;
    }
    const states = this.guests.map(
      ({ checked, connection }) => `${JSON.stringify(checked.at)} ${connection?.session.state.kind}`,
    );
    throw new Error(`viewers are left behind: ${states.join("; ")}`);
  }

  async close(): Promise<void> {
    for (const guest of this.guests) this.disconnect(guest);
    await this.#open?.feed.close();
    this.#open?.room.close();
  }

  #isWhole({ checked, connection }: Guest): boolean {
    const { at } = checked;
    if (connection?.session.state.kind !== "live" || at === undefined || at.epoch !== this.log.epoch())
      return false;
    return this.countBetween(at.epoch, at.seq, Number.POSITIVE_INFINITY) === 0;
  }

  async #join(guest: Guest, since: Cursor | undefined): Promise<void> {
    const { feed, room } = this.#mustBeOpen();
    const catchUpWithLog = async (endSeq: number) => {
      await Promise.race([feed.repair(endSeq), this.timers.sleep(500)]);
      room.flushNow();
    };
    const view = room.view("all");
    const source = {
      ring: view.ring,
      log: this.log,
      catchUpWithLog,
      decided: (seq: number) => view.decided(seq),
      epoch: () => room.epoch,
      era: () => room.era,
    };
    const tail = this.#random.pick([0, 3, 50]);
    const start = await resolveStart(source, { since, tail }).catch((error: unknown) => {
      if (error instanceof AppError) return undefined;
      throw error;
    });
    if (start === undefined) return;
    const transport = new FakeTransport({
      bufferBytesMax: socketBytesMax,
      onReceive: (sent) => guest.checked.receive(sent),
    });
    const session = room.join({
      view,
      transport,
      viewer: { userId: null, login: null, key: "a", door: "none" },
      start,
    });
    guest.connection = { transport, session };
  }

  #mustBeOpen(): { readonly feed: RoomFeed; readonly room: Room } {
    if (this.#open === undefined) throw new Error("the room is not open");
    return this.#open;
  }
}
