import { createHash } from "node:crypto";
import type { BeaconChain, BeaconRound } from "@barrage/domain";
import { bls12_381 } from "@noble/curves/bls12-381.js";

/** RFC 9380 with signatures on G1: drand's scheme `bls-unchained-g1-rfc9380`. */
const domainSeparation = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/** What a chain signs for a round: SHA-256 of its number as 8 bytes, big-endian. */
function beaconMessage(round: number): Uint8Array {
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, BigInt(round));
  return new Uint8Array(createHash("sha256").update(number).digest());
}

/** Whether a round was signed by the chain's key, and its randomness belongs to the signature. */
export function verifyBeaconRound(chain: BeaconChain, round: BeaconRound): boolean {
  const signature = Uint8Array.fromHex(round.signature);
  if (createHash("sha256").update(signature).digest("hex") !== round.randomness) return false;
  const { shortSignatures } = bls12_381;
  try {
    const message = shortSignatures.hash(beaconMessage(round.round), domainSeparation);
    return shortSignatures.verify(signature, message, Uint8Array.fromHex(chain.publicKey));
  } catch {
    // No point of the curve.
    return false;
  }
}
