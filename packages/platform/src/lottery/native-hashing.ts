import type { Hashing } from "@barrage/domain";

/** So many hashes take some ten milliseconds: then everything else gets a turn. */
const hashesPerTurn = 8_192;

/**
 * The draw's primitives by the runtime's own crypto. Synchronous, but for one hash in several thousands, which waits a
 * turn of the event loop: a pool of a million must not stop a process from answering for seconds.
 */
export function createNativeHashing(): Hashing {
  let hashed = 0;

  function inTurn(hash: Uint8Array): Uint8Array | Promise<Uint8Array> {
    hashed += 1;
    if (hashed % hashesPerTurn !== 0) return hash;
    return new Promise((resolve) => void setImmediate(() => resolve(hash)));
  }

  return {
    sha256: (data) => inTurn(new Uint8Array(new Bun.CryptoHasher("sha256").update(data).digest())),
    hmacSha256(key) {
      // A keyed hasher that is copied for each message: making one anew would hash the key again.
      const keyed = new Bun.CryptoHasher("sha256", key);
      return (data) => inTurn(new Uint8Array(keyed.copy().update(data).digest()));
    },
  };
}
