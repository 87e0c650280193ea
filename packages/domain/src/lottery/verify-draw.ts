import { assignPrizes } from "./assign-prizes.ts";
import { type BeaconChain, type BeaconRound, drawRoundOf, roundTimeMs } from "./beacon.ts";
import { commitToSeed, draw, poolOf, poolRoot } from "./draw.ts";
import { checksumOf, type DrawRecord, drawRecordSchema } from "./draw-record.ts";
import type { Hashing } from "./hashing.ts";

/** One thing that was looked at. */
export interface VerifyCheck {
  readonly name: "file" | "checksum" | "commit" | "pool" | "root" | "trust" | "beacon" | "key" | "winners";
  readonly ok: boolean;
  /** What was found, for people. */
  readonly sentence: string;
}

/** What came of verifying a record. */
export interface VerifyReport {
  /** Every check passed. */
  readonly ok: boolean;
  readonly checks: readonly VerifyCheck[];
  /** Null when the file is no record. */
  readonly record: DrawRecord | null;
}

/** What verifying needs. */
export interface VerifyTools {
  readonly hashing: Hashing;
  /** Checks a beacon round's BLS signature. Without it, that the round was signed by the chain is not looked at. */
  readonly verifyBeacon?: (chain: BeaconChain, round: BeaconRound) => boolean | Promise<boolean>;
}

type Outcome = Omit<VerifyCheck, "name">;

const outcome = (ok: boolean, good: string, bad: string): Outcome => ({ ok, sentence: ok ? good : bad });

async function checkChecksum(record: DrawRecord, { hashing }: VerifyTools): Promise<Outcome> {
  const { checksum, ...body } = record;
  const ok = checksum === (await checksumOf(body, hashing));
  return outcome(ok, "The file is as it was written.", "The file was changed after it was written.");
}

async function checkCommit({ seed, commit }: DrawRecord, { hashing }: VerifyTools): Promise<Outcome> {
  const made = await commitToSeed(Uint8Array.fromHex(seed), hashing);
  return outcome(
    made.toHex() === commit,
    "The seed is the one that was committed to when the lottery was created.",
    "The seed is not the one that was committed to when the lottery was created.",
  );
}

function checkPool({ entries, count }: DrawRecord): Outcome {
  const sorted = poolOf(entries);
  const inOrder = sorted.every((id, index) => id === entries[index] && id !== sorted[index - 1]);
  return outcome(
    inOrder && count === entries.length,
    `The pool has ${count} entries, each once and in order.`,
    "The entries are not in order, not each once, or not as many as the record says.",
  );
}

async function checkRoot({ entries, root }: DrawRecord, { hashing }: VerifyTools): Promise<Outcome> {
  const made = await poolRoot(entries, hashing);
  return outcome(
    made.toHex() === root,
    "The entries give the Merkle root that was published at the close.",
    "The entries do not give the Merkle root that was published at the close.",
  );
}

function checkTrust({ trust, beacon }: DrawRecord): Outcome {
  return outcome(
    (trust === "drand") === (beacon !== null),
    trust === "drand" ? "The draw has the beacon it promised." : "The draw promised no beacon and has none.",
    "The record promises a beacon that it does not have, or the other way round.",
  );
}

async function checkBeacon(record: DrawRecord, tools: VerifyTools): Promise<Outcome> {
  const { beacon, lottery } = record;
  if (beacon === null) return { ok: true, sentence: "No beacon was used." };
  const { chain, ...round } = beacon;
  if (round.round !== drawRoundOf(chain, lottery.sealedAtMs)) {
    return { ok: false, sentence: "The beacon's round is not the first one after the pool was sealed." };
  }
  const randomness = await tools.hashing.sha256(Uint8Array.fromHex(round.signature));
  if (randomness.toHex() !== round.randomness) {
    return { ok: false, sentence: "The beacon's randomness does not belong to its signature." };
  }
  if (tools.verifyBeacon !== undefined && !(await tools.verifyBeacon(chain, round))) {
    return { ok: false, sentence: "The beacon's signature is not from the chain's key." };
  }
  const made = new Date(roundTimeMs(chain, round.round)).toISOString();
  const signed = tools.verifyBeacon === undefined ? "its signature was not looked at" : "well signed";
  return { ok: true, sentence: `Round ${round.round}, made at ${made}, after the seal; ${signed}.` };
}

async function checkDraw(record: DrawRecord, { hashing }: VerifyTools): Promise<readonly VerifyCheck[]> {
  const { beacon, entries, lottery, seed } = record;
  const drawn = await draw(
    {
      lotteryId: lottery.id,
      seed: Uint8Array.fromHex(seed),
      entryIds: entries,
      beacon: Uint8Array.fromHex(beacon?.randomness ?? ""),
    },
    hashing,
  );
  const wins = assignPrizes(drawn.ranking, lottery.prizes);
  const same =
    wins.length === record.winners.length &&
    wins.every((win, index) => {
      const told = record.winners[index];
      return told?.entryId === win.entryId && told.prizeId === win.prizeId && told.rank === win.rank;
    });
  const key = outcome(
    drawn.key.toHex() === record.key,
    "Seed, root, count and beacon give the key of the record.",
    "Seed, root, count and beacon do not give the key of the record.",
  );
  const winners = outcome(
    same,
    `Drawing again gives the same ${wins.length} winners.`,
    "Drawing again gives other winners.",
  );
  return [
    { name: "key", ...key },
    { name: "winners", ...winners },
  ];
}

/**
 * Repeats a draw from its record and compares every step. Uses nothing of the server: `input` is the parsed JSON of a
 * downloaded file, and the hashes are whoever's runs it.
 */
export async function verifyDraw(input: unknown, tools: VerifyTools): Promise<VerifyReport> {
  const parsed = drawRecordSchema.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue === undefined ? "" : ` (${issue.path.join(".")}: ${issue.message})`;
    const sentence = `This is not the record of a draw${where}.`;
    return { ok: false, checks: [{ name: "file", ok: false, sentence }], record: null };
  }
  const record = parsed.data;
  const checks: VerifyCheck[] = [
    { name: "file", ok: true, sentence: "The file is the record of a draw." },
    { name: "checksum", ...(await checkChecksum(record, tools)) },
    { name: "commit", ...(await checkCommit(record, tools)) },
    { name: "pool", ...checkPool(record) },
    { name: "root", ...(await checkRoot(record, tools)) },
    { name: "trust", ...checkTrust(record) },
    { name: "beacon", ...(await checkBeacon(record, tools)) },
    ...(await checkDraw(record, tools)),
  ];
  return { ok: checks.every(({ ok }) => ok), checks, record };
}
