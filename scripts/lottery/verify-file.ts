import { type VerifyReport, verifyDraw } from "@barrage/domain";
import { createNativeHashing, verifyBeaconRound } from "@barrage/platform";

/**
 * Verifies the record of a draw in a file, the beacon's signature included, and prints each check by its name.
 * @returns whether every check passed
 * @throws Error when the file can't be read
 */
export async function verifyFile(path: string, print: (line: string) => void): Promise<boolean> {
  const report = await verifyDraw(await readJson(path), {
    hashing: createNativeHashing(),
    verifyBeacon: verifyBeaconRound,
  });
  for (const line of describe(report)) print(line);
  return report.ok;
}

async function readJson(path: string): Promise<unknown> {
  const text = await Bun.file(path).text();
  try {
    return JSON.parse(text);
  } catch {
    // No JSON, no record: the first check says so.
    return undefined;
  }
}

function describe({ ok, checks, record }: VerifyReport): string[] {
  const lines = checks.map(
    (check) => `${check.ok ? "ok    " : "FAILED"} ${check.name.padEnd(9)} ${check.sentence}`,
  );
  if (record !== null) {
    const { lottery, beacon } = record;
    lines.unshift(
      `lottery ${lottery.id} "${lottery.title}", closed ${new Date(lottery.closedAtMs).toISOString()}`,
    );
    // The key decides who vouches for the beacon, so it is for the reader to compare.
    if (beacon !== null) lines.push(`The beacon's chain has the key ${beacon.chain.publicKey}.`);
  }
  const failed = checks.filter((check) => !check.ok).map(({ name }) => name);
  return [...lines, ok ? "Everything fits." : `This draw can't be trusted: ${failed.join(", ")} failed.`];
}
