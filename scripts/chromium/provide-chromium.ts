import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../process/index.ts";
import { cacheDir, hasDebianPackages, unpackDebianPackages } from "../services/index.ts";
import { type Chromium, chromiumPackages, findChromium, unpackedChromium } from "./find-chromium.ts";

/** Either a browser or the reason why there is none. */
export type ChromiumOrReason = { readonly chromium: Chromium } | { readonly reason: string };

/**
 * Finds Chromium, or gets it: installed by apt as root, unpacked into our cache as anyone else. Never throws:
 * without a browser the end-to-end tests are skipped, with the reason.
 */
export async function provideChromium(onProgress: (message: string) => void): Promise<ChromiumOrReason> {
  const here = findChromium();
  if (here !== null) return { chromium: here };
  if (!hasDebianPackages())
    return { reason: "no Chromium or Chrome is installed, and there is no apt-get to get one" };
  const installed = process.getuid?.() === 0 ? await install(onProgress) : null;
  if (installed !== null) return { chromium: installed };
  try {
    const { root, env } = await unpackDebianPackages({ packages: chromiumPackages, cacheDir, onProgress });
    writeFileSync(join(root, "barrage-fonts.conf"), fontsConfig(root));
    const unpacked = unpackedChromium(root, env);
    if (unpacked !== null) return { chromium: unpacked };
    return { reason: "this distribution's chromium package holds no browser (Ubuntu's installs a snap)" };
  } catch (error) {
    return {
      reason: `Chromium could not be fetched: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

async function install(onProgress: (message: string) => void): Promise<Chromium | null> {
  onProgress("installing Chromium with apt-get");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  const run = (args: readonly string[]) =>
    runCommand(["apt-get", "-qq", ...args], { env, deadlineMs: 600_000 });
  await run(["update"]);
  const result = await run(["install", "--yes", "--no-install-recommends", ...chromiumPackages]);
  return result.code === 0 ? findChromium() : null;
}

/** The system's fonts and the unpacked ones, whose own configuration names absolute paths of an installation. */
function fontsConfig(root: string): string {
  const folders = ["/usr/share/fonts", join(root, "usr/share/fonts")];
  const lines = folders.map((folder) => `  <dir>${folder}</dir>`);
  return `<?xml version="1.0"?>\n<fontconfig>\n${lines.join("\n")}\n  <cachedir>${join(root, "fontcache")}</cachedir>\n</fontconfig>\n`;
}
