import {
  type DrawRecord,
  type EntryProof,
  entryProofSchema,
  type Hashing,
  type VerifyCheck,
  type VerifyTools,
  verifyDraw,
  verifyEntryProof,
} from "@barrage/domain";
import type { SeenLotteries } from "./seen-lotteries.ts";

/** One thing that was looked at, with a name for people. */
export interface NamedCheck {
  readonly name: string;
  readonly title: string;
  readonly ok: boolean;
  readonly sentence: string;
}

/** What came of checking. */
export interface Verification {
  /** Every check passed, and there was something to check. */
  readonly ok: boolean;
  readonly checks: readonly NamedCheck[];
  readonly record: DrawRecord | null;
  readonly proof: EntryProof | null;
}

const titles: Readonly<Record<VerifyCheck["name"], string>> = {
  file: "The file",
  checksum: "Unchanged",
  commit: "Sealed seed",
  pool: "Pool of entries",
  root: "Merkle root",
  trust: "Trust level",
  beacon: "Public beacon",
  key: "Key of the draw",
  winners: "Winners",
};

/** Checks the texts of downloaded files: a draw's record, a viewer's own proof, or both. Asks no server anything. */
export async function verifyFiles(
  texts: readonly string[],
  seen: SeenLotteries,
  tools: VerifyTools,
): Promise<Verification> {
  const parsed = texts.map(parse);
  const broken = parsed.find((one) => !one.ok);
  if (broken?.ok === false) return unreadable(broken.sentence);
  const values = parsed.flatMap((one) => (one.ok ? [one.value] : []));
  const proofs = values.filter((value) => entryProofSchema.safeParse(value).success);
  const records = values.filter((value) => !proofs.includes(value));
  if (proofs.length > 1 || records.length > 1)
    return unreadable("These are several of a kind: one record, and one proof, at most.");
  return verifyData({ record: records[0], proof: proofs[0], seen }, tools);
}

/** What is to be checked. */
export interface VerifyInput {
  /** `undefined`: there is none. */
  readonly record: unknown;
  readonly proof: unknown;
  /** What the api says was published, to hold the record against. */
  readonly published?: { readonly commit: string; readonly root: string | null };
  /** What this browser saw before draws, to hold the record against. */
  readonly seen: SeenLotteries;
}

/** Checks a draw's record, a viewer's own proof, or both. */
export async function verifyData(data: VerifyInput, tools: VerifyTools): Promise<Verification> {
  const report = data.record === undefined ? null : await verifyDraw(data.record, tools);
  const record = report?.record ?? null;
  const drawn = (report?.checks ?? []).map(({ name, ok, sentence }) => ({
    name,
    title: titles[name],
    ok,
    sentence: name === "beacon" ? sentence + chainNote(record) : sentence,
  }));
  const proof = entryProofSchema.safeParse(data.proof).data ?? null;
  const published =
    data.published === undefined || record === null ? [] : [checkPublished(record, data.published)];
  const witnessed = record === null ? [] : checkSeen(record, data.seen);
  const own = proof === null ? [] : await checkProof(proof, record, tools.hashing);
  const checks = [...drawn, ...published, ...witnessed, ...own];
  return { ok: checks.length > 0 && checks.every(({ ok }) => ok), checks, record, proof };
}

function checkPublished(record: DrawRecord, told: NonNullable<VerifyInput["published"]>): NamedCheck {
  const ok = record.commit === told.commit && record.root === told.root;
  return {
    name: "published",
    title: "As published",
    ok,
    sentence: ok
      ? "Sealed seed and root are those that were published with the lottery."
      : "Sealed seed or root are not those that were published with the lottery.",
  };
}

function checkSeen(record: DrawRecord, seen: SeenLotteries): readonly NamedCheck[] {
  const before = seen.find(({ id }) => id === record.lottery.id);
  if (before === undefined) return [];
  const ok = before.commit === record.commit && (before.root === null || before.root === record.root);
  const what = before.root === null ? "The sealed seed is" : "Sealed seed and root are";
  const sentence = ok
    ? `${what} what this browser saw before the draw.`
    : "This browser saw another sealed seed, or another root, before the draw.";
  return [{ name: "seen", title: "As seen here", ok, sentence }];
}

async function checkProof(
  proof: EntryProof,
  record: DrawRecord | null,
  hashing: Hashing,
): Promise<readonly NamedCheck[]> {
  const leads = await verifyEntryProof(proof, hashing);
  const path: NamedCheck = {
    name: "proof",
    title: "Your own entry",
    ok: leads,
    sentence: leads
      ? `Your entry, number ${proof.index + 1} of ${proof.count}, leads to the root ${proof.root.slice(0, 12)}… in ${proof.steps.length} steps.`
      : "Your entry does not lead to the root that the proof names.",
  };
  if (record === null) return [path];
  const same =
    proof.root === record.root &&
    proof.count === record.count &&
    record.entries[proof.index] === proof.entryId;
  return [
    path,
    {
      name: "own-entry",
      title: "Your place in the pool",
      ok: same,
      sentence: same
        ? placeInWords(proof, record)
        : "The proof is not about this draw, or this record left you out.",
    },
  ];
}

function placeInWords({ entryId }: EntryProof, { winners, lottery }: DrawRecord): string {
  const win = winners.find((winner) => winner.entryId === entryId);
  const prize = lottery.prizes.find(({ id }) => id === win?.prizeId);
  return prize === undefined
    ? "Your entry took part in this draw. It won nothing."
    : `Your entry took part in this draw and won ${prize.name}.`;
}

/** The public key of drand's "quicknet", as its operators publish it. */
const quicknetKey =
  "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";

/** A record brings its chain's key along, so whose key it is has to be said: a server could have made its own. */
function chainNote(record: DrawRecord | null): string {
  if (record === null || record.beacon === null) return "";
  return record.beacon.chain.publicKey === quicknetKey
    ? " The chain is drand's quicknet."
    : " The chain is not drand's quicknet: ask whoever runs this server whose it is.";
}

/** The verdict on what can't even be read. */
export function unreadable(sentence: string): Verification {
  return {
    ok: false,
    checks: [{ name: "file", title: "The file", ok: false, sentence }],
    record: null,
    proof: null,
  };
}

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly sentence: string };

function parse(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return {
      ok: false,
      sentence: "This is not JSON: it was cut short, changed, or is another kind of file.",
    };
  }
}
