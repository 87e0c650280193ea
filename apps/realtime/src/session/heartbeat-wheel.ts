export interface HeartbeatWheelOptions<Member> {
  /** Each member is visited once in this time. */
  readonly periodMs: number;
  readonly visit: (member: Member) => void;
}

const slotCount = 32;

/**
 * Visits each member once per period with one timer for all: a timer per viewer would cost more than the heartbeat.
 * Members are spread over the slots, so that no turn of the loop has to visit them all.
 */
export class HeartbeatWheel<Member> {
  readonly #slots: readonly Set<Member>[] = Array.from({ length: slotCount }, () => new Set<Member>());
  readonly #visit: (member: Member) => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #turn = 0;

  constructor({ periodMs, visit }: HeartbeatWheelOptions<Member>) {
    this.#visit = visit;
    this.#timer = setInterval(() => this.turn(), periodMs / slotCount);
  }

  /** Visits the members of the next slot. */
  turn(): void {
    this.#turn = (this.#turn + 1) % slotCount;
    for (const member of this.#slots[this.#turn] ?? []) this.#visit(member);
  }

  /** The new member's first visit is a whole period away, to the slot. @returns its slot, to take it out by. */
  add(member: Member): number {
    this.#slots[this.#turn]?.add(member);
    return this.#turn;
  }

  /** Idempotent. */
  delete(member: Member, slot: number): void {
    this.#slots[slot]?.delete(member);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
