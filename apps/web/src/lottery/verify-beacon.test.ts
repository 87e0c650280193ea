import { expect, test } from "bun:test";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { verifyBeacon } from "./verify-beacon.ts";

const dst = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";
const { shortSignatures } = bls12_381;
const secret = new Uint8Array(32).fill(9);
const chain = {
  publicKey: shortSignatures.getPublicKey(secret).toBytes().toHex(),
  genesisSeconds: 0,
  periodSeconds: 3,
};

async function signed(round: number) {
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, BigInt(round));
  const message = shortSignatures.hash(new Uint8Array(await crypto.subtle.digest("SHA-256", number)), dst);
  const signature = shortSignatures.sign(message, secret).toBytes();
  const randomness = new Uint8Array(await crypto.subtle.digest("SHA-256", signature)).toHex();
  return { round, signature: signature.toHex(), randomness };
}

test("a round that the chain's key signed holds; of another round, another key, or garbage it does not", async () => {
  const round = await signed(1_000);
  expect(await verifyBeacon(chain, round)).toBe(true);
  expect(await verifyBeacon(chain, { ...round, round: 1_001 })).toBe(false);
  const other = shortSignatures.getPublicKey(new Uint8Array(32).fill(8)).toBytes().toHex();
  expect(await verifyBeacon({ ...chain, publicKey: other }, round)).toBe(false);
  expect(await verifyBeacon(chain, { ...round, signature: "00".repeat(48) })).toBe(false);
});
