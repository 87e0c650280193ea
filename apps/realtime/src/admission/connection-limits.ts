import { AppError } from "@barrage/protocol";

export interface ConnectionLimitsOptions {
  readonly connectionsMax: number;
  readonly perAddressMax: number;
  readonly perUserMax: number;
}

/** A place that somebody holds. */
export interface Place {
  /** Gives it back. Idempotent. */
  readonly release: () => void;
}

/** Counts connections, and refuses those beyond the limits. */
export interface ConnectionLimits {
  readonly count: () => number;
  /** How many there may be now. */
  readonly connectionsMax: () => number;
  /** How many connections were let in, ever. */
  readonly arrivals: () => number;
  /** Takes a place on this node and one of the address. @throws AppError `connections_exhausted`. */
  readonly take: (address: string) => Place;
  /** Takes one of a user's places. Throws as {@link ConnectionLimits.take}. */
  readonly takeForUser: (userId: string) => Place;
}

/**
 * Holds one number per address and user with a connection, and nothing for others. The limits are asked for with each
 * connection: who is in stays in, when they shrink.
 */
export function createConnectionLimits(options: () => ConnectionLimitsOptions): ConnectionLimits {
  const addresses = new Places(() => options().perAddressMax);
  const users = new Places(() => options().perUserMax);
  return {
    count: () => addresses.count,
    connectionsMax: () => options().connectionsMax,
    arrivals: () => addresses.arrivals,
    take(address) {
      if (addresses.count >= options().connectionsMax) throw new AppError("connections_exhausted");
      return addresses.take(address);
    },
    takeForUser: (userId) => users.take(userId),
  };
}

interface Holder {
  readonly name: string;
  count: number;
}

/** So many places for each holder. */
class Places {
  readonly #holders = new Map<string, Holder>();
  readonly #perHolderMax: () => number;
  /** All that are taken. */
  count = 0;
  /** All that ever were. */
  arrivals = 0;

  constructor(perHolderMax: () => number) {
    this.#perHolderMax = perHolderMax;
  }

  take(name: string): Place {
    const holder = this.#holders.get(name) ?? { name, count: 0 };
    if (holder.count >= this.#perHolderMax()) throw new AppError("connections_exhausted");
    this.#holders.set(name, holder);
    holder.count += 1;
    this.count += 1;
    this.arrivals += 1;
    return new HeldPlace(this, holder);
  }

  giveBack(holder: Holder): void {
    holder.count -= 1;
    this.count -= 1;
    if (holder.count === 0) this.#holders.delete(holder.name);
  }
}

/** One of these per viewer, so it is an object of two fields and no closure. */
class HeldPlace implements Place {
  readonly #places: Places;
  #holder: Holder | undefined;

  constructor(places: Places, holder: Holder) {
    this.#places = places;
    this.#holder = holder;
  }

  release(): void {
    if (this.#holder !== undefined) this.#places.giveBack(this.#holder);
    this.#holder = undefined;
  }
}
