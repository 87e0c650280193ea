import { AppError } from "@barrage/protocol";

export interface ConnectionLimitsOptions {
  readonly connectionsMax: number;
  readonly perAddressMax: number;
}

/** Counts connections, and refuses those beyond the limits. */
export interface ConnectionLimits {
  readonly count: () => number;
  /**
   * Takes a place. @returns a function that gives it back; idempotent.
   * @throws AppError `connections_exhausted`.
   */
  readonly take: (address: string) => () => void;
}

/** Holds one number per address that has a connection, and nothing for others. */
export function createConnectionLimits(options: ConnectionLimitsOptions): ConnectionLimits {
  const perAddress = new Map<string, number>();
  let count = 0;
  return {
    count: () => count,
    take(address) {
      const ofAddress = perAddress.get(address) ?? 0;
      if (count >= options.connectionsMax || ofAddress >= options.perAddressMax) {
        throw new AppError("connections_exhausted");
      }
      count += 1;
      perAddress.set(address, ofAddress + 1);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        count -= 1;
        const left = (perAddress.get(address) ?? 1) - 1;
        if (left > 0) perAddress.set(address, left);
        else perAddress.delete(address);
      };
    },
  };
}
