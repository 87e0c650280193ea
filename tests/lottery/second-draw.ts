import { createHash, createHmac } from "node:crypto";

/** Everything as hex or text. */
interface SecondDrawInput {
  readonly lotteryId: string;
  readonly seed: string;
  readonly entries: readonly string[];
  readonly beacon: string;
}

/**
 * The draw once more, written from docs/spec/lottery-draw.md alone and in another way: hex strings, recursion and
 * Node's crypto. It imports nothing of ours, so an error in the first can't hide in the second.
 */
export function secondDraw({ lotteryId, seed, entries, beacon }: SecondDrawInput) {
  const pool = entries.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const root = tree(pool.map((id) => Buffer.from(id)));
  const field = (value: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(value.length);
    return Buffer.concat([length, value]).toString("hex");
  };
  const fields =
    field(Buffer.from("gl-lottery-v1/draw")) +
    field(Buffer.from(lotteryId)) +
    field(Buffer.from(root, "hex")) +
    field(Buffer.from(`${pool.length}`)) +
    field(Buffer.from(beacon, "hex"));
  const key = createHmac("sha256", Buffer.from(seed, "hex")).update(fields, "hex").digest("hex");
  const scored = pool.map((id) => ({
    id,
    score: createHmac("sha256", Buffer.from(key, "hex")).update(id).digest("hex"),
  }));
  scored.sort((a, b) =>
    a.score < b.score ? -1 : a.score > b.score ? 1 : Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)),
  );
  const commit = createHash("sha256").update("gl-lottery-v1/commit").update(seed, "hex").digest("hex");
  return { commit, root, count: pool.length, key, ranking: scored.map(({ id }) => id) };
}

/** RFC 6962, section 2.1, word for word: split at the largest power of two smaller than n. */
function tree(leaves: readonly Buffer[]): string {
  const sha = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest("hex");
  const [only] = leaves;
  if (only === undefined) return sha();
  if (leaves.length === 1) return sha(Buffer.of(0), only);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha(
    Buffer.of(1),
    Buffer.from(tree(leaves.slice(0, k)), "hex"),
    Buffer.from(tree(leaves.slice(k)), "hex"),
  );
}
