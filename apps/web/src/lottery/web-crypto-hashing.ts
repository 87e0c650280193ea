import type { Hashing } from "@barrage/domain";

/** The draw's primitives by the browser's own WebCrypto: nothing of ours stands between a viewer and the hashes. */
export function createWebCryptoHashing(subtle: SubtleCrypto): Hashing {
  return {
    sha256: async (data) => new Uint8Array(await subtle.digest("SHA-256", owned(data))),
    hmacSha256: async (key) => {
      const algorithm = { name: "HMAC", hash: "SHA-256" } as const;
      const imported = await subtle.importKey("raw", owned(key), algorithm, false, ["sign"]);
      return async (data) => new Uint8Array(await subtle.sign("HMAC", imported, owned(data)));
    },
  };
}

/** WebCrypto takes no memory that is shared between threads; ours never is, but the type can't say so. */
function owned(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return data.buffer instanceof ArrayBuffer
    ? new Uint8Array(data.buffer, data.byteOffset, data.length)
    : Uint8Array.from(data);
}
