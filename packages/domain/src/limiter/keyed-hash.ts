/**
 * A 32-bit hash of `text` under `seed`: FNV-1a over the code units, finished with MurmurHash3's `fmix32` (Austin
 * Appleby, public domain) so that near ids land far apart. Not for secrets: it only has to spread evenly and be the
 * same on every node.
 */
export function keyedHash(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
