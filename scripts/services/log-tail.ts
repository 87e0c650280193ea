import { existsSync, readFileSync, statSync } from "node:fs";

/** The size of a log now, to read later only what was written after it. */
export function logSize(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

/** The last lines of a log since `fromByte`, indented for a message. */
export function logTail(path: string, fromByte = 0, lineCount = 12): string {
  if (!existsSync(path)) return "";
  const text = readFileSync(path).subarray(fromByte).toString("utf8").trim();
  return text
    .split("\n")
    .slice(-lineCount)
    .map((line) => `  | ${line}`)
    .join("\n");
}
