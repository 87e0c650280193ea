import { describe, expect, test } from "bun:test";
import { createHash, createHmac } from "node:crypto";
import { commitToSeed, draw, type Hashing } from "@barrage/domain";
import { seededRandom } from "@barrage/testkit";
import vectors from "../../docs/spec/lottery-vectors.json";
import { secondDraw } from "./second-draw.ts";

const native: Hashing = {
  sha256: (data) => new Uint8Array(createHash("sha256").update(data).digest()),
  hmacSha256: (key) => (data) => new Uint8Array(createHmac("sha256", key).update(data).digest()),
};

const bufferSource = (data: Uint8Array) => new Uint8Array(data);
/** What the verify page uses in the browser. */
const web: Hashing = {
  sha256: async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", bufferSource(data))),
  hmacSha256: async (key) => {
    const imported = await crypto.subtle.importKey(
      "raw",
      bufferSource(key),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    return async (data) => new Uint8Array(await crypto.subtle.sign("HMAC", imported, bufferSource(data)));
  },
};

async function firstDraw(
  vector: { lotteryId: string; seed: string; entries: string[]; beacon: string },
  hashing: Hashing,
) {
  const seed = Uint8Array.fromHex(vector.seed);
  const result = await draw(
    {
      lotteryId: vector.lotteryId,
      seed,
      entryIds: vector.entries,
      beacon: Uint8Array.fromHex(vector.beacon),
    },
    hashing,
  );
  const commit = (await commitToSeed(seed, hashing)).toHex();
  return {
    commit,
    root: result.root.toHex(),
    count: result.count,
    key: result.key.toHex(),
    ranking: [...result.ranking],
  };
}

describe("the draw, version 1", () => {
  test("gives the published reference values, by native hashes, by WebCrypto and in the second implementation", async () => {
    expect(vectors).toHaveLength(2);
    for (const vector of vectors) {
      const { commit, root, count, key, ranking } = vector;
      const published = { commit, root, count, key, ranking };
      expect(await firstDraw(vector, native)).toEqual(published);
      expect(await firstDraw(vector, web)).toEqual(published);
      expect(secondDraw(vector)).toEqual(published);
    }
  });

  test("is the same in both implementations for random pools, ids of any script among them", async () => {
    const random = seededRandom();
    const letters = ["a", "Z", "7", "é", "弹", "😀"];
    const text = () => Array.from({ length: random.between(1, 6) }, () => random.pick(letters)).join("");
    const bytes = () => Uint8Array.from({ length: 32 }, () => random.below(256)).toHex();
    for (let round = 0; round < 50; round++) {
      const entries = Array.from({ length: random.below(70) }, (_, index) => text() + index);
      const vector = {
        lotteryId: `lot-${round}`,
        seed: bytes(),
        entries,
        beacon: random.chance(0.5) ? "" : bytes(),
      };
      expect(await firstDraw(vector, native)).toEqual(secondDraw(vector));
    }
  });

  test("does not depend on the order in which people entered", async () => {
    const vector = vectors[0];
    if (vector === undefined) throw new Error("no vector");
    const shuffled = { ...vector, entries: vector.entries.toReversed() };
    expect(await firstDraw(shuffled, native)).toEqual(await firstDraw(vector, native));
  });

  test("favours nobody: over 60,000 draws the winners pass a chi-square test at the 5 % bound", async () => {
    const entrants = 20;
    const entryIds = Array.from({ length: entrants }, (_, index) => `user-${index}`);
    const wins = new Map(entryIds.map((id) => [id, 0]));
    const draws = 60_000;
    for (let index = 0; index < draws; index++) {
      // Fixed seeds: the outcome is the same in every run, so the test can't fail by bad luck.
      const seed = new Uint8Array(32);
      new DataView(seed.buffer).setUint32(0, index);
      const { ranking } = await draw(
        { lotteryId: "lot-1", seed, entryIds, beacon: new Uint8Array(0) },
        native,
      );
      const winner = ranking[0] ?? "";
      wins.set(winner, (wins.get(winner) ?? 0) + 1);
    }
    const expected = draws / entrants;
    const chiSquare = [...wins.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(wins.size).toBe(entrants);
    // The 95 % quantile of chi-square with 19 degrees of freedom.
    expect(chiSquare).toBeLessThan(30.144);
  }, 120_000);
});
