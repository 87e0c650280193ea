import { AppError } from "@barrage/protocol";

export interface ConnectionLimitsOptions {
  readonly connectionsMax: number;
  readonly perAddressMax: number;
  readonly perUserMax: number;
}

/** Counts connections, and refuses those beyond the limits. */
export interface ConnectionLimits {
  readonly count: () => number;
  /**
   * Takes a place on this node and one of the address. @returns a function that gives them back; idempotent.
   * @throws AppError `connections_exhausted`.
   */
  readonly take: (address: string) => () => void;
  /** Takes one of a user's places. @returns and throws as {@link ConnectionLimits.take}. */
  readonly takeForUser: (userId: string) => () => void;
}

/** Holds one number per address and user with a connection, and nothing for others. */
export function createConnectionLimits(options: ConnectionLimitsOptions): ConnectionLimits {
  const addresses = createPlaces(options.perAddressMax);
  const users = createPlaces(options.perUserMax);
  let count = 0;
  return {
    count: () => count,
    take(address) {
      if (count >= options.connectionsMax) throw new AppError("connections_exhausted");
      const release = addresses.take(address);
      count += 1;
      return () => {
        if (release()) count -= 1;
      };
    },
    takeForUser: (userId) => {
      const release = users.take(userId);
      return () => void release();
    },
  };
}

/** So many places for each holder. */
function createPlaces(perHolderMax: number) {
  const taken = new Map<string, number>();
  return {
    /** @returns a function that gives the place back, and tells whether it was still held. */
    take(holder: string): () => boolean {
      const ofHolder = taken.get(holder) ?? 0;
      if (ofHolder >= perHolderMax) throw new AppError("connections_exhausted");
      taken.set(holder, ofHolder + 1);
      let held = true;
      return () => {
        if (!held) return false;
        held = false;
        const left = (taken.get(holder) ?? 1) - 1;
        if (left > 0) taken.set(holder, left);
        else taken.delete(holder);
        return true;
      };
    },
  };
}
