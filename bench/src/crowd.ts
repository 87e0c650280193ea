import { parseOptions, UsageError, usage } from "./crowd/options.ts";
import { runCrowd } from "./crowd/run-crowd.ts";

const isTerminal = process.stdout.isTTY;
let lastProgress = "";

/** One line that replaces itself on a terminal, and is printed now and then elsewhere. */
function progress(line: string) {
  if (line === lastProgress) return;
  lastProgress = line;
  if (isTerminal) process.stdout.write(`\r\u001B[K${line}`);
  else if (/\b(0|\d*00)\/|\d+\/\d+ \(/.test(line)) console.log(line);
}

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

if (process.argv.includes("--help")) {
  console.log(usage);
  process.exit(0);
}
try {
  const options = parseOptions(process.argv.slice(2));
  const print = (line: string) => console.log(line);
  const isWell = await runCrowd(options, { print, progress, signal: stop.signal });
  process.exit(isWell ? 0 : 1);
} catch (error) {
  progress("");
  console.error(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError) console.error(`\n${usage}`);
  process.exit(error instanceof UsageError ? 2 : 1);
}
