import { beforeAll, describe, expect, test } from "bun:test";
import {
  assignPrizes,
  commitToSeed,
  type DrawRecord,
  draw,
  type EntryProof,
  merkleTree,
  poolOf,
  toDrawRecord,
  utf8,
  type VerifyTools,
} from "@barrage/domain";
import { verifyBeacon } from "./verify-beacon.ts";
import { verifyFiles } from "./verify-files.ts";
import { createWebCryptoHashing } from "./web-crypto-hashing.ts";

const hashing = createWebCryptoHashing(crypto.subtle);
const tools: VerifyTools = { hashing, verifyBeacon };
const id = (name: string) => name.padEnd(16, "0");

let record: DrawRecord;
let proof: EntryProof;
beforeAll(async () => {
  record = await drawnRecord();
  proof = await proofOf(record, 3);
});

async function drawnRecord(): Promise<DrawRecord> {
  const seed = new Uint8Array(32).fill(7);
  const entries = poolOf(Array.from({ length: 11 }, (_, index) => id(`entry${index}x`)));
  const prizes = [
    { id: id("mug"), name: "Mug", count: 1 },
    { id: id("sticker"), name: "Sticker", count: 2 },
  ];
  const lotteryId = id("lottery");
  const drawn = await draw({ lotteryId, seed, entryIds: entries, beacon: new Uint8Array(0) }, hashing);
  return toDrawRecord(
    {
      version: "gl-lottery-v1",
      lottery: {
        id: lotteryId,
        room: id("room"),
        session: id("session"),
        title: "Friday",
        prizes,
        conditions: {
          followHost: false,
          accountAgeDays: null,
          watchedSeconds: null,
          phrase: null,
          notWonWithinDays: null,
        },
        createdAtMs: 1,
        opensAtMs: 1,
        closesAtMs: 2,
        closedAtMs: 2,
        sealedAtMs: 3,
        drawnAtMs: 4,
      },
      trust: "commit",
      commit: (await commitToSeed(seed, hashing)).toHex(),
      entries,
      count: entries.length,
      root: drawn.root.toHex(),
      beacon: null,
      seed: seed.toHex(),
      key: drawn.key.toHex(),
      winners: assignPrizes(drawn.ranking, prizes).map(({ prizeId, rank, entryId }, index) => ({
        prizeId,
        rank,
        entryId,
        user: { id: id(`user${index}`), name: `Winner ${index}` },
      })),
    },
    hashing,
  );
}

async function proofOf({ entries, root, count }: DrawRecord, index: number): Promise<EntryProof> {
  const tree = await merkleTree(entries.map(utf8), hashing);
  const steps = tree.proof(index).map(({ side, hash }) => ({ side, hash: hash.toHex() }));
  return { entryId: entries[index] ?? "", index, count, root, steps };
}

const failedOf = async (...texts: readonly string[]) => {
  const { checks } = await verifyFiles(texts, [], tools);
  return checks.filter(({ ok }) => !ok).map(({ name }) => name);
};

describe("with the browser's own cryptography", () => {
  test("an honest record passes every check", async () => {
    const { ok, checks } = await verifyFiles([JSON.stringify(record)], [], tools);
    expect(ok).toBe(true);
    expect(checks.map(({ name }) => name)).toEqual([
      "file",
      "checksum",
      "commit",
      "pool",
      "root",
      "trust",
      "beacon",
      "key",
      "winners",
    ]);
  });

  test("one changed byte anywhere in the record's values fails it", async () => {
    const text = JSON.stringify(record);
    const seed = 20_261_123;
    let state = seed;
    for (let round = 0; round < 150; round++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const at = state % text.length;
      const changed = text.slice(0, at) + (text[at] === "1" ? "2" : "1") + text.slice(at + 1);
      const { ok } = await verifyFiles([changed], [], tools);
      if (ok) throw new Error(`seed ${seed}: changing byte ${at} of ${text.length} went unnoticed`);
    }
  });

  test("a swapped winner is named as such, also under a right checksum", async () => {
    const [first, second, ...rest] = record.winners;
    if (first === undefined || second === undefined) throw new Error("there are no winners");
    const swapped = [{ ...first, entryId: second.entryId }, { ...second, entryId: first.entryId }, ...rest];
    const { checksum: _, ...body } = { ...record, winners: swapped };
    const forged = await toDrawRecord(body, hashing);
    expect(await failedOf(JSON.stringify(forged))).toEqual(["winners"]);
  });

  test("an entry left out is found by root, key and winners", async () => {
    const entries = record.entries.slice(1);
    const { checksum: _, ...body } = { ...record, entries, count: entries.length };
    const forged = await toDrawRecord(body, hashing);
    expect(await failedOf(JSON.stringify(forged))).toEqual(expect.arrayContaining(["root", "key"]));
    // The one left out holds a proof that this record contradicts.
    expect(await failedOf(JSON.stringify(forged), JSON.stringify(await proofOf(record, 0)))).toContain(
      "own-entry",
    );
  });

  test("what is no record, or no JSON, says so", async () => {
    expect(await failedOf("{}")).toEqual(["file"]);
    expect(await failedOf(JSON.stringify(record).slice(0, -2))).toEqual(["file"]);
    expect(await failedOf(JSON.stringify(record), JSON.stringify(record))).toEqual(["file"]);
    expect((await verifyFiles([], [], tools)).ok).toBe(false);
  });
});

describe("a viewer's own proof", () => {
  test("holds with its record, in either order of the files, and alone", async () => {
    const texts = [JSON.stringify(record), JSON.stringify(proof)];
    expect((await verifyFiles(texts, [], tools)).ok).toBe(true);
    expect((await verifyFiles(texts.toReversed(), [], tools)).ok).toBe(true);
    expect((await verifyFiles(texts.slice(1), [], tools)).checks.map(({ name }) => name)).toEqual(["proof"]);
  });

  test("of another entry, or another draw, fails", async () => {
    const other = { ...proof, entryId: id("stranger") };
    expect(await failedOf(JSON.stringify(record), JSON.stringify(other))).toEqual(["proof", "own-entry"]);
    const elsewhere = { ...proof, root: "0".repeat(64) };
    expect(await failedOf(JSON.stringify(record), JSON.stringify(elsewhere))).toEqual(["proof", "own-entry"]);
  });

  test("tells what the entry won", async () => {
    const winner = record.winners[0];
    const index = record.entries.indexOf(winner?.entryId ?? "");
    const { checks } = await verifyFiles(
      [JSON.stringify(record), JSON.stringify(await proofOf(record, index))],
      [],
      tools,
    );
    expect(checks.at(-1)?.sentence).toBe("Your entry took part in this draw and won Mug.");
  });
});

describe("what this browser saw before the draw", () => {
  const verdict = async (commit: string, root: string | null) => {
    const seen = [{ id: record.lottery.id, commit, root }];
    return (await verifyFiles([JSON.stringify(record)], seen, tools)).checks.find(
      ({ name }) => name === "seen",
    );
  };

  test("witnesses for an honest record, and against one with another seed or pool", async () => {
    expect(await verdict(record.commit, record.root)).toMatchObject({ ok: true });
    expect(await verdict(record.commit, null)).toMatchObject({ ok: true });
    expect(await verdict("0".repeat(64), record.root)).toMatchObject({ ok: false });
    expect(await verdict(record.commit, "0".repeat(64))).toMatchObject({ ok: false });
  });
});
