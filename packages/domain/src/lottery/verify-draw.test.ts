import { describe, expect, test } from "bun:test";
import { nativeHashing } from "../testing/native-hashing.ts";
import { assignPrizes } from "./assign-prizes.ts";
import { drawRoundOf } from "./beacon.ts";
import { commitToSeed, draw, drawVersion } from "./draw.ts";
import { type DrawRecord, type DrawRecordBody, toDrawRecord } from "./draw-record.ts";
import { verifyEntryProof } from "./entry-proof.ts";
import { utf8 } from "./hashing.ts";
import { openToAll } from "./lottery-rules.ts";
import { merkleTree } from "./merkle-tree.ts";
import { type VerifyCheck, type VerifyTools, verifyDraw } from "./verify-draw.ts";

const tools: VerifyTools = { hashing: nativeHashing };
const chain = { publicKey: "ab".repeat(96), genesisSeconds: 1_700_000_000, periodSeconds: 3 };
const sealedAtMs = 1_764_000_000_123;

async function beaconRound() {
  const signature = "cd".repeat(48);
  const randomness = (await nativeHashing.sha256(Uint8Array.fromHex(signature))).toHex();
  return { chain, round: drawRoundOf(chain, sealedAtMs), signature, randomness };
}

/** The record of a real draw. */
async function newBody(trust: "commit" | "drand" = "commit"): Promise<DrawRecordBody> {
  const lotteryId = "lottery00000001";
  const seed = new Uint8Array(32).fill(7);
  const entries = Array.from({ length: 9 }, (_, index) => `entry0000000${index}`);
  const beacon = trust === "drand" ? await beaconRound() : null;
  const randomness = Uint8Array.fromHex(beacon?.randomness ?? "");
  const drawn = await draw({ lotteryId, seed, entryIds: entries, beacon: randomness }, nativeHashing);
  const prizes = [
    { id: "prize0001", name: "Gold", count: 1 },
    { id: "prize0002", name: "Silver", count: 2 },
  ];
  return {
    version: drawVersion,
    lottery: {
      id: lotteryId,
      room: "room00000001",
      session: "session00001",
      title: "Stars",
      prizes,
      conditions: openToAll,
      createdAtMs: 1_763_999_000_000,
      opensAtMs: 1_763_999_000_000,
      closesAtMs: 1_764_000_000_000,
      closedAtMs: 1_764_000_000_000,
      sealedAtMs,
      drawnAtMs: 1_764_000_010_000,
    },
    trust,
    commit: (await commitToSeed(seed, nativeHashing)).toHex(),
    entries,
    count: drawn.count,
    root: drawn.root.toHex(),
    beacon,
    seed: seed.toHex(),
    key: drawn.key.toHex(),
    winners: assignPrizes(drawn.ranking, prizes).map((win) => ({
      ...win,
      user: { id: win.entryId.replace("entry", "user"), name: "somebody" },
    })),
  };
}

const newRecord = async (trust?: "commit" | "drand") => toDrawRecord(await newBody(trust), nativeHashing);

const failedIn = (checks: readonly VerifyCheck[]) => checks.flatMap(({ name, ok }) => (ok ? [] : [name]));

const otherHex = (hex: string) => (hex.startsWith("0") ? "1" : "0") + hex.slice(1);

describe("verifying a record", () => {
  for (const trust of ["commit", "drand"] as const) {
    test(`of a fair draw (${trust}) passes every check`, async () => {
      const report = await verifyDraw(JSON.parse(JSON.stringify(await newRecord(trust))), tools);
      expect(failedIn(report.checks)).toEqual([]);
      expect(report.ok).toBe(true);
      expect(report.checks).toHaveLength(9);
    });
  }

  /** Each forgery with a checksum that fits it: whoever forges can compute one. */
  const forgeries: readonly (readonly [
    string,
    VerifyCheck["name"],
    (body: DrawRecordBody) => DrawRecordBody,
  ])[] = [
    ["another seed", "commit", (body) => ({ ...body, seed: otherHex(body.seed) })],
    ["a left-out entry", "root", (body) => ({ ...body, entries: body.entries.slice(1), count: 8 })],
    [
      "an entry twice",
      "pool",
      (body) => ({ ...body, entries: [...body.entries.slice(1, 2), ...body.entries.slice(1)] }),
    ],
    ["entries out of order", "pool", (body) => ({ ...body, entries: body.entries.toReversed() })],
    ["another count", "pool", (body) => ({ ...body, count: body.count + 1 })],
    ["another root", "root", (body) => ({ ...body, root: otherHex(body.root) })],
    ["another key", "key", (body) => ({ ...body, key: otherHex(body.key) })],
    ["winners in another order", "winners", (body) => ({ ...body, winners: body.winners.toReversed() })],
    ["a winner too few", "winners", (body) => ({ ...body, winners: body.winners.slice(1) })],
    ["a promise of a beacon that was not used", "trust", (body) => ({ ...body, trust: "drand" })],
  ];
  for (const [what, check, forge] of forgeries) {
    test(`with ${what} fails at "${check}"`, async () => {
      const forged = await toDrawRecord(forge(await newBody()), nativeHashing);
      const report = await verifyDraw(forged, tools);
      expect(report.ok).toBe(false);
      expect(failedIn(report.checks)).toContain(check);
      expect(failedIn(report.checks)).not.toContain("checksum");
    });
  }

  test("with another round, a foreign randomness or an unsigned round fails at the beacon", async () => {
    const body = await newBody("drand");
    const { beacon } = body;
    if (beacon === null) throw new Error("no beacon");
    const unsigned = { ...tools, verifyBeacon: () => false };
    for (const [changed, how] of [
      [{ ...beacon, round: beacon.round + 1 }, tools],
      [{ ...beacon, randomness: otherHex(beacon.randomness) }, tools],
      [beacon, unsigned],
    ] as const) {
      const report = await verifyDraw(await toDrawRecord({ ...body, beacon: changed }, nativeHashing), how);
      expect(failedIn(report.checks)).toContain("beacon");
    }
  });

  test("fails when any one byte of the file is changed", async () => {
    const json = JSON.stringify(await newRecord("drand"));
    let changes = 0;
    for (let index = 0; index < json.length; index += 3) {
      const byte = json[index] === "7" ? "8" : "7";
      const changed = json.slice(0, index) + byte + json.slice(index + 1);
      let input: unknown;
      try {
        input = JSON.parse(changed);
      } catch {
        continue;
      }
      changes += 1;
      expect((await verifyDraw(input, tools)).ok).toBe(false);
    }
    expect(changes).toBeGreaterThan(200);
  });

  test("of something else says so", async () => {
    const record: DrawRecord = await newRecord();
    for (const input of [null, 7, "x", {}, { ...record, more: 1 }, { ...record, seed: "short" }]) {
      const report = await verifyDraw(input, tools);
      expect([report.ok, report.record, failedIn(report.checks)]).toEqual([false, null, ["file"]]);
    }
  });
});

test("a viewer's proof leads to the root of the record, and nobody else's does", async () => {
  const record = await newRecord();
  const tree = await merkleTree(record.entries.map(utf8), nativeHashing);
  const proof = {
    entryId: record.entries[4] ?? "",
    index: 4,
    count: record.count,
    root: record.root,
    steps: tree.proof(4).map(({ side, hash }) => ({ side, hash: hash.toHex() })),
  };
  expect(await verifyEntryProof(proof, nativeHashing)).toBe(true);
  expect(await verifyEntryProof({ ...proof, entryId: "entry0000000x" }, nativeHashing)).toBe(false);
  expect(await verifyEntryProof({ ...proof, root: otherHex(proof.root) }, nativeHashing)).toBe(false);
});

test("a draw's round is the first that is made three seconds after the seal, or later", () => {
  for (let offsetMs = 0; offsetMs < 9_000; offsetMs += 100) {
    const sealed = 1_764_000_000_000 + offsetMs;
    const round = drawRoundOf(chain, sealed);
    const madeMs = (chain.genesisSeconds + (round - 1) * chain.periodSeconds) * 1_000;
    expect(madeMs).toBeGreaterThanOrEqual(sealed + 3_000);
    expect(madeMs - chain.periodSeconds * 1_000).toBeLessThan(sealed + 3_000);
  }
});
