import type { VerifyTools } from "@barrage/domain";
import { verifyBeacon } from "./verify-beacon.ts";
import { createWebCryptoHashing } from "./web-crypto-hashing.ts";

/** What this browser checks draws with; undefined where it offers no WebCrypto: on pages without HTTPS. */
export function browserVerifyTools(): VerifyTools | undefined {
  // The type promises it everywhere; browsers keep it from pages that came without HTTPS.
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  return subtle === undefined ? undefined : { hashing: createWebCryptoHashing(subtle), verifyBeacon };
}
