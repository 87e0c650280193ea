import { hashHexSchema } from "@barrage/protocol";
import { z } from "zod";

/**
 * A drand chain of the scheme `bls-unchained-g1-rfc9380` (drand's "quicknet"): a round every `periodSeconds` from
 * `genesisSeconds` (since 1970) on, signed by a group of independent operators under one public key.
 */
export const beaconChainSchema = z.strictObject({
  publicKey: z.string().regex(/^[0-9a-f]{192}$/, "must be 192 hexadecimal digits"),
  genesisSeconds: z.int().nonnegative(),
  periodSeconds: z.int().positive(),
});

/** A drand chain. */
export type BeaconChain = z.infer<typeof beaconChainSchema>;

/** One round of a chain. */
export const beaconRoundSchema = z.strictObject({
  round: z.int().positive(),
  /** A BLS signature over the round's number, 48 bytes on G1. */
  signature: z.string().regex(/^[0-9a-f]{96}$/, "must be 96 hexadecimal digits"),
  /** SHA-256 of the signature. */
  randomness: hashHexSchema,
});

/** One round of a chain. */
export type BeaconRound = z.infer<typeof beaconRoundSchema>;

/** Between root and count being written down and the round: enough for everybody to have received them. */
export const beaconLeadMs = 3_000;

/** When a round is made, in milliseconds since 1970. */
export function roundTimeMs({ genesisSeconds, periodSeconds }: BeaconChain, round: number): number {
  return (genesisSeconds + (round - 1) * periodSeconds) * 1_000;
}

/** The round that a pool sealed at `sealedAtMs` is drawn with: the first that is made at least the lead later. */
export function drawRoundOf(chain: BeaconChain, sealedAtMs: number): number {
  const earliestMs = sealedAtMs + beaconLeadMs - chain.genesisSeconds * 1_000;
  return Math.max(1, Math.ceil(earliestMs / (chain.periodSeconds * 1_000)) + 1);
}
