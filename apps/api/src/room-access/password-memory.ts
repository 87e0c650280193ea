import { createHmac } from "node:crypto";
import { createExpiringMap } from "./expiring-map.ts";
import type { RoomPolicy } from "./room-policy.ts";

/** A password as somebody says it at a room's door. */
export interface SaidPassword {
  readonly policy: RoomPolicy;
  readonly clientAddress: string;
  readonly password: string;
}

/** Which passwords were found right a while ago, so that who has no account need not pay for each call. */
export interface PasswordMemory {
  /** Whether this address said it before; else it is checked by `check`, once for all who say the same meanwhile. */
  admit(said: SaidPassword, check: () => Promise<void>): Promise<void>;
}

const rememberedForMs = 3_600_000;
const entriesMax = 50_000;
/** As many as may be tried at a door at once; see `compose-rooms.ts`. */
const missesMax = 10;
const missesForMs = 60_000;

/**
 * Holds keyed digests, never a password: the key is this process' own and dies with it, so the memory can't be searched
 * for passwords by who sees it. Keep it so: no plain password, no key that outlives the process, nothing on disk or in
 * the store. A digest is of the room, its password's hash and the address, too: a changed password misses, and what one
 * address knows opens nothing to another.
 *
 * It must not become a way to guess past the limit either: after a few misses at a door it says nothing there for a
 * while, counted before anything is waited for.
 */
export function createPasswordMemory(deps: {
  /** Secret, random, made at the start. */
  readonly key: Uint8Array;
  readonly now: () => number;
}): PasswordMemory {
  const known = createExpiringMap<true>({ entriesMax, now: deps.now });
  const misses = createExpiringMap<number>({ entriesMax, now: deps.now });
  // As many as there are calls under way.
  const checks = new Map<string, Promise<void>>();

  function digestOf({ policy, clientAddress, password }: SaidPassword): string {
    const said = JSON.stringify([policy.roomId, policy.passwordHash, clientAddress, password]);
    return createHmac("sha256", deps.key).update(said).digest("base64");
  }

  async function remember(digest: string, check: () => Promise<void>): Promise<void> {
    try {
      await check();
      known.set(digest, true, rememberedForMs);
    } finally {
      checks.delete(digest);
    }
  }

  return {
    async admit(said, check) {
      const door = `${said.policy.roomId} ${said.clientAddress}`;
      const missed = misses.get(door) ?? 0;
      if (missed >= missesMax) return check();
      const digest = digestOf(said);
      if (known.get(digest) === true) return;
      const running = checks.get(digest);
      if (running !== undefined) return running;
      misses.set(door, missed + 1, missesForMs);
      const checking = remember(digest, check);
      checks.set(digest, checking);
      return checking;
    },
  };
}
