import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheDir, findOnPath, unpackedPackages } from "../services/index.ts";

/** A browser to drive: what to start, and with which environment on top of ours. */
export interface Chromium {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
}

const executables = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const macPaths = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Chromium alone draws no letters: the fonts are for Latin and for Chinese, which danmaku are full of. */
export const chromiumPackages = ["chromium", "fonts-liberation", "fonts-wqy-zenhei"] as const;

/** A Chromium that is here already: named in CHROMIUM_PATH, installed, or unpacked into our cache by an earlier run. */
export function findChromium(): Chromium | null {
  const named = process.env["CHROMIUM_PATH"];
  if (named) return { executablePath: named, env: {} };
  const installed = findOnPath(executables) ?? macPaths.find(existsSync);
  if (installed !== undefined && installed !== null) return { executablePath: installed, env: {} };
  const unpacked = unpackedPackages({ packages: chromiumPackages, cacheDir });
  return unpacked === null ? null : unpackedChromium(unpacked.root, unpacked.env);
}

/** The program in a tree of unpacked packages (`/usr/bin/chromium` there is a script with absolute paths). */
export function unpackedChromium(root: string, env: Readonly<Record<string, string>>): Chromium | null {
  const executablePath = join(root, "usr/lib/chromium/chromium");
  if (!existsSync(executablePath)) return null;
  const fontsFile = join(root, "barrage-fonts.conf");
  return {
    executablePath,
    env: { ...env, ...(existsSync(fontsFile) ? { FONTCONFIG_FILE: fontsFile } : {}) },
  };
}
