/** What the environment says to the tests in a browser. */
export const e2eConfig = {
  /** The Chromium to drive; without it one is looked for. */
  chromiumPath: (): string | null => process.env["CHROMIUM_PATH"] || null,
};
