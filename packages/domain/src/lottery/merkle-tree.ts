import { compareBytes, concatBytes, eachHash, type Hashing } from "./hashing.ts";

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** One step from a leaf to the root: the other half's hash, and on which side it stands. */
export interface ProofStep {
  readonly side: "left" | "right";
  readonly hash: Uint8Array;
}

/** A whole tree, kept in 64 bytes per leaf. */
export interface MerkleTree {
  readonly root: Uint8Array;
  readonly count: number;
  /**
   * The way from the leaf at `index` to the root: with it, a viewer proves that an entry was in the pool without
   * downloading the pool.
   * @throws RangeError when there is no such leaf.
   */
  proof(index: number): ProofStep[];
}

/** Hashes of one level, one after the other: a million small arrays would weigh five times as much. */
interface Level {
  readonly count: number;
  readonly bytes: Uint8Array;
}

const hashBytes = 32;

const hashAt = ({ bytes }: Level, index: number) =>
  bytes.subarray(index * hashBytes, (index + 1) * hashBytes);

async function leafLevel(leaves: readonly Uint8Array[], hashing: Hashing): Promise<Level> {
  const bytes = new Uint8Array(leaves.length * hashBytes);
  await eachHash(
    leaves.length,
    (index) => hashing.sha256(concatBytes([leafPrefix, leaves[index] ?? leafPrefix])),
    (index, hash) => bytes.set(hash, index * hashBytes),
  );
  return { count: leaves.length, bytes };
}

/** Pairs neighbours and carries an odd last one up unchanged. */
async function levelAbove(below: Level, hashing: Hashing): Promise<Level> {
  const pairs = below.count >> 1;
  const count = pairs + (below.count % 2);
  const bytes = new Uint8Array(count * hashBytes);
  await eachHash(
    pairs,
    (index) => {
      const pair = below.bytes.subarray(index * 2 * hashBytes, (index + 1) * 2 * hashBytes);
      return hashing.sha256(concatBytes([nodePrefix, pair]));
    },
    (index, hash) => bytes.set(hash, index * hashBytes),
  );
  if (count > pairs) bytes.set(hashAt(below, below.count - 1), pairs * hashBytes);
  return { count, bytes };
}

/**
 * Builds a Merkle tree, level by level from the leaves up, as in RFC 6962 section 2.1: leaves and nodes have different
 * prefixes, so no node can pass for a leaf. Pairing neighbours and carrying an odd last one up unchanged gives exactly
 * the RFC's recursive split at the largest power of two. The root of no leaves is the hash of nothing.
 */
export async function merkleTree(leaves: readonly Uint8Array[], hashing: Hashing): Promise<MerkleTree> {
  let top = await leafLevel(leaves, hashing);
  const levels = [top];
  while (top.count > 1) {
    top = await levelAbove(top, hashing);
    levels.push(top);
  }
  return {
    root: top.count === 0 ? await hashing.sha256(new Uint8Array(0)) : hashAt(top, 0),
    count: leaves.length,
    proof(index) {
      if (!(index in leaves)) throw new RangeError(`there is no leaf ${index}`);
      const steps: ProofStep[] = [];
      let position = index;
      for (const level of levels) {
        const sibling = position ^ 1;
        if (sibling < level.count) {
          steps.push({ side: position % 2 === 0 ? "right" : "left", hash: hashAt(level, sibling) });
        }
        position >>= 1;
      }
      return steps;
    },
  };
}

/** The root alone; see {@link merkleTree}. */
export async function merkleRoot(leaves: readonly Uint8Array[], hashing: Hashing): Promise<Uint8Array> {
  return (await merkleTree(leaves, hashing)).root;
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
