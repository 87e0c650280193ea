import { compareBytes, concatBytes, type Hashing, mapHashes } from "./hashing.ts";

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** One step from a leaf to the root: the other half's hash, and on which side it stands. */
export interface ProofStep {
  readonly side: "left" | "right";
  readonly hash: Uint8Array;
}

/**
 * The hashes of a Merkle tree, level by level from the leaves up, as in RFC 6962 section 2.1: leaves and nodes have
 * different prefixes, so no node can pass for a leaf. Pairing neighbours and carrying an odd last one up unchanged
 * gives exactly the RFC's recursive split at the largest power of two.
 */
async function levelsOf(leaves: readonly Uint8Array[], hashing: Hashing): Promise<Uint8Array[][]> {
  let level = await mapHashes(leaves, (leaf) => hashing.sha256(concatBytes([leafPrefix, leaf])));
  const levels = [level];
  while (level.length > 1) {
    level = await levelAbove(level, hashing);
    levels.push(level);
  }
  return levels;
}

async function levelAbove(level: readonly Uint8Array[], hashing: Hashing): Promise<Uint8Array[]> {
  const pairs = Array.from({ length: level.length >> 1 }, (_, index) =>
    concatBytes([nodePrefix, ...level.slice(2 * index, 2 * index + 2)]),
  );
  const above = await mapHashes(pairs, (pair) => hashing.sha256(pair));
  const odd = level.length % 2 === 1 ? level.at(-1) : undefined;
  return odd === undefined ? above : [...above, odd];
}

/** The root over `leaves` in their order; of no leaves, the hash of nothing (RFC 6962). */
export async function merkleRoot(leaves: readonly Uint8Array[], hashing: Hashing): Promise<Uint8Array> {
  const root = (await levelsOf(leaves, hashing)).at(-1)?.[0];
  return root ?? hashing.sha256(new Uint8Array(0));
}

/**
 * The way from the leaf at `index` to the root: with it, a viewer proves that an entry was in the pool without
 * downloading the pool.
 * @throws RangeError when there is no such leaf.
 */
export async function merkleProof(
  leaves: readonly Uint8Array[],
  index: number,
  hashing: Hashing,
): Promise<ProofStep[]> {
  if (leaves[index] === undefined) throw new RangeError(`there is no leaf ${index}`);
  const steps: ProofStep[] = [];
  let position = index;
  for (const level of await levelsOf(leaves, hashing)) {
    const sibling = level[position ^ 1];
    if (sibling !== undefined) steps.push({ side: position % 2 === 0 ? "right" : "left", hash: sibling });
    position >>= 1;
  }
  return steps;
}

/** Whether `leaf` with `steps` leads to `root`. */
export async function verifyMerkleProof(
  claim: { readonly leaf: Uint8Array; readonly steps: readonly ProofStep[]; readonly root: Uint8Array },
  hashing: Hashing,
): Promise<boolean> {
  let hash = await hashing.sha256(concatBytes([leafPrefix, claim.leaf]));
  for (const step of claim.steps) {
    const pair = step.side === "left" ? [step.hash, hash] : [hash, step.hash];
    hash = await hashing.sha256(concatBytes([nodePrefix, ...pair]));
  }
  return compareBytes(hash, claim.root) === 0;
}
