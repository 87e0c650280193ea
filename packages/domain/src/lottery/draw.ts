import { compareBytes, concatBytes, eachHash, type Hashing, lengthPrefixed, utf8 } from "./hashing.ts";
import { merkleRoot } from "./merkle-tree.ts";

/** The name of the algorithm; part of everything that is hashed, so that a later version can't be mistaken for it. */
export const drawVersion = "gl-lottery-v1";

/** What a draw is made from. */
export interface DrawInput {
  readonly lotteryId: string;
  /** 32 bytes from the operating system, committed to when the lottery was created. */
  readonly seed: Uint8Array;
  /** The eligible entries, in any order, each once. */
  readonly entryIds: readonly string[];
  /** The randomness of a public beacon's round later than the close; empty when none is used. */
  readonly beacon: Uint8Array;
}

/** Everything that a draw determines. */
export interface Draw {
  readonly root: Uint8Array;
  readonly count: number;
  readonly key: Uint8Array;
  /** All entries, the luckiest first. */
  readonly ranking: readonly string[];
}

/** `SHA256("gl-lottery-v1/commit" ‖ seed)`: published when the lottery is created, it binds the host to the seed. */
export async function commitToSeed(seed: Uint8Array, hashing: Hashing): Promise<Uint8Array> {
  return hashing.sha256(concatBytes([utf8(`${drawVersion}/commit`), seed]));
}

/** The pool: the entry ids in the order of their bytes. This order, and no other, is what the root is over. */
export function poolOf(entryIds: readonly string[]): string[] {
  // Ids are ASCII almost always, and then JavaScript's order by code units is the order of the bytes.
  const ascii = entryIds.every((id) => /^[\0-\x7f]*$/.test(id));
  return ascii
    ? entryIds.toSorted()
    : entryIds.toSorted((left, right) => compareBytes(utf8(left), utf8(right)));
}

/** The Merkle root of a pool: published at the close, before the beacon's round, it binds the host to the entries. */
export async function poolRoot(pool: readonly string[], hashing: Hashing): Promise<Uint8Array> {
  return merkleRoot(pool.map(utf8), hashing);
}

/**
 * The draw, version 1: a pure function, so that a crash redraws the same winners and anyone can repeat it.
 * `key = HMAC-SHA256(seed, fields)`, each field with its length before it; `score = HMAC-SHA256(key, entryId)`; the
 * lowest score wins, ties (there are none, short of breaking SHA-256) by the bytes of the id.
 */
export async function draw(input: DrawInput, hashing: Hashing): Promise<Draw> {
  const pool = poolOf(input.entryIds);
  const root = await poolRoot(pool, hashing);
  const key = await drawKey({ ...input, root, count: pool.length }, hashing);
  return { root, count: pool.length, key, ranking: await rank(pool, key, hashing) };
}

interface KeyInput extends Pick<DrawInput, "lotteryId" | "seed" | "beacon"> {
  readonly root: Uint8Array;
  readonly count: number;
}

async function drawKey(input: KeyInput, hashing: Hashing): Promise<Uint8Array> {
  const mac = await hashing.hmacSha256(input.seed);
  return mac(
    lengthPrefixed([
      utf8(`${drawVersion}/draw`),
      utf8(input.lotteryId),
      input.root,
      utf8(String(input.count)),
      input.beacon,
    ]),
  );
}

async function rank(pool: readonly string[], key: Uint8Array, hashing: Hashing): Promise<string[]> {
  const mac = await hashing.hmacSha256(key);
  const scores: Uint8Array[] = [];
  await eachHash(
    pool.length,
    (index) => mac(utf8(pool[index] ?? "")),
    (_, score) => scores.push(score),
  );
  // Comparing the first 48 bits as one number settles all but one pair in 10^14; the bytes settle the rest. The pool
  // is in byte order and the sort is stable, so equal scores stand by the bytes of their ids.
  const heads = Float64Array.from(scores, headOf);
  const order = Uint32Array.from(pool.keys()).toSorted(
    (left, right) =>
      (heads[left] ?? 0) - (heads[right] ?? 0) ||
      compareBytes(scores[left] ?? emptyScore, scores[right] ?? emptyScore) ||
      left - right,
  );
  return Array.from(order, (index) => pool[index] ?? "");
}

const emptyScore = new Uint8Array(0);

function headOf(score: Uint8Array): number {
  let head = 0;
  for (let index = 0; index < 6; index++) head = head * 256 + (score[index] ?? 0);
  return head;
}
