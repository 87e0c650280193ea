/** What the environment says to the test kit; read when asked, since `scripts/test.ts` sets it per process. */
export const testConfig = {
  /** A PostgreSQL server whose user may create databases; tests make their own in it. */
  postgresUrl: (): string | null => process.env["TEST_POSTGRES_URL"] || null,
  /** Overrides every seed, to repeat a failed run. */
  seed: (): number | null => {
    const text = process.env["TEST_SEED"];
    if (!text) return null;
    const seed = Number(text);
    if (!Number.isSafeInteger(seed)) throw new Error(`TEST_SEED must be an integer, not "${text}"`);
    return seed;
  },
};
