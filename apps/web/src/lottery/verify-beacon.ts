import type { BeaconChain, BeaconRound } from "@barrage/domain";
import { bls12_381 } from "@noble/curves/bls12-381.js";

/** RFC 9380 with signatures on G1: drand's scheme `bls-unchained-g1-rfc9380`. */
const domainSeparation = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/** Whether a round was signed by the chain's key. What is signed is SHA-256 of its number as 8 bytes, big-endian. */
export async function verifyBeacon(chain: BeaconChain, round: BeaconRound): Promise<boolean> {
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, BigInt(round.round));
  const message = new Uint8Array(await crypto.subtle.digest("SHA-256", number));
  const { shortSignatures } = bls12_381;
  try {
    const point = shortSignatures.hash(message, domainSeparation);
    return shortSignatures.verify(
      Uint8Array.fromHex(round.signature),
      point,
      Uint8Array.fromHex(chain.publicKey),
    );
  } catch {
    // No point of the curve.
    return false;
  }
}
