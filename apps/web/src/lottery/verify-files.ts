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
export async function verifyFiles(texts: readonly string[], tools: VerifyTools): Promise<Verification> {
  const parsed = texts.map(parse);
  const broken = parsed.find((one) => !one.ok);
  if (broken?.ok === false) return unreadable(broken.sentence);
  const values = parsed.flatMap((one) => (one.ok ? [one.value] : []));
  const proofs = values.filter((value) => entryProofSchema.safeParse(value).success);
  const records = values.filter((value) => !proofs.includes(value));
  if (proofs.length > 1 || records.length > 1)
    return unreadable("These are several of a kind: one record, and one proof, at most.");
  return verifyData({ record: records[0], proof: proofs[0] }, tools);
}

/** What is to be checked. */
export interface VerifyInput {
  /** `undefined`: there is none. */
  readonly record: unknown;
  readonly proof: unknown;
  /** What was published while the lottery ran, to hold the record against. */
  readonly published?: { readonly commit: string; readonly root: string | null };
}

/** Checks a draw's record, a viewer's own proof, or both. */
export async function verifyData(data: VerifyInput, tools: VerifyTools): Promise<Verification> {
  const report = data.record === undefined ? null : await verifyDraw(data.record, tools);
  const record = report?.record ?? null;
  const drawn = (report?.checks ?? []).map(({ name, ok, sentence }) => ({
    name,
    title: titles[name],
    ok,
    sentence,
  }));
  const proof = entryProofSchema.safeParse(data.proof).data ?? null;
  const published =
    data.published === undefined || record === null ? [] : [checkPublished(record, data.published)];
  const own = proof === null ? [] : await checkProof(proof, record, tools.hashing);
  const checks = [...drawn, ...published, ...own];
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
