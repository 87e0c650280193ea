import { type BucketFullAtUs, type BucketRule, takeFromBucket } from "@barrage/domain";
import { AppError, type RoomsClientFrame, roomsClientFrameSchema } from "@barrage/protocol";
import type { Admission } from "../admission/admit-viewer.ts";
import type { RoomsConnection } from "./rooms-connection.ts";

type Subscribe = Extract<RoomsClientFrame, { type: "subscribe" }>;

interface RoomSubscriptionsDeps {
  readonly connection: Pick<RoomsConnection, "add" | "remove" | "refuse" | "has" | "size" | "isClosed">;
  readonly admit: (wanted: Subscribe) => Promise<Admission>;
  /** A connection follows at most so many rooms. */
  readonly roomsMax: number;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
}

/** Twice all rooms at once, and then so many: a page that scrolls through a list of rooms stays far below. */
const refillMs = 100;
const usPerMs = 1_000;

/**
 * What the client of a WebSocket for several rooms asks for, one thing after the other: however much it asks for, it
 * has one room opened at a time.
 */
export class RoomSubscriptions {
  readonly #deps: RoomSubscriptionsDeps;
  readonly #rule: BucketRule;
  /** By room, in the order in which they were asked for. */
  readonly #wanted = new Map<string, Subscribe>();
  #fullAtUs: BucketFullAtUs | undefined;
  #isWorking = false;

  constructor(deps: RoomSubscriptionsDeps) {
    this.#deps = deps;
    this.#rule = { capacity: deps.roomsMax * 2, refillMs };
  }

  /** Takes a text frame of the client. @returns false when the protocol knows no such thing. */
  hear(text: string): boolean {
    const frame = parseFrame(text);
    if (frame === undefined) return false;
    if (frame.type === "subscribe") this.#subscribe(frame);
    else if (frame.type === "unsubscribe") {
      this.#wanted.delete(frame.room);
      this.#deps.connection.remove(frame.room);
    }
    return true;
  }

  /** How many rooms are on their way. */
  get waiting(): number {
    return this.#wanted.size;
  }

  #subscribe(frame: Subscribe): void {
    const { connection, roomsMax } = this.#deps;
    const { room } = frame;
    // Said twice: there is one answer.
    if (connection.has(room) || this.#wanted.has(room)) return;
    if (connection.size + this.#wanted.size >= roomsMax)
      return connection.refuse(room, new AppError("too_many_rooms"));
    const nowUs = Math.trunc(this.#deps.now() * usPerMs);
    const { allowed, retryAfterMs, fullAtUs } = takeFromBucket({
      rule: this.#rule,
      fullAtUs: this.#fullAtUs,
      nowUs,
    });
    this.#fullAtUs = fullAtUs;
    if (!allowed) return connection.refuse(room, new AppError("rate_limited", { retryAfterMs }));
    this.#wanted.set(room, frame);
    if (!this.#isWorking) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (const [room, frame] of this.#wanted) {
      await this.#join(room, frame);
      // Taken back and asked for again meanwhile: then its turn comes later.
      if (this.#wanted.get(room) === frame) this.#wanted.delete(room);
    }
    this.#isWorking = false;
  }

  async #join(room: string, frame: Subscribe): Promise<void> {
    const { connection, admit } = this.#deps;
    if (connection.isClosed) return;
    const isWanted = () => !connection.isClosed && this.#wanted.get(room) === frame;
    try {
      const admission = await admit(frame);
      if (isWanted()) connection.add(admission);
      else admission.hold.release();
    } catch (error) {
      if (isWanted()) connection.refuse(room, error);
    }
  }
}

function parseFrame(text: string): RoomsClientFrame | undefined {
  try {
    const frame = roomsClientFrameSchema.safeParse(JSON.parse(text));
    return frame.success ? frame.data : undefined;
  } catch {
    return undefined;
  }
}
