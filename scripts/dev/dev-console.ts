import { commandStartedMs } from "../install-dependencies.ts";

const colours = { api: 36, realtime: 35, worker: 33, web: 32, dev: 2 } as const;
export type LineSource = keyof typeof colours;

const useColour = process.stdout.isTTY && !process.env["NO_COLOR"];

export function paint(text: string, code: number): string {
  return useColour ? `\u001B[${code}m${text}\u001B[0m` : text;
}

/** A step of the start or stop, with the seconds since the command was given. */
export function step(message: string): void {
  console.log(`${paint(`${secondsSinceStart().padStart(5)} s`, 2)}  ${message}`);
}

export function secondsSinceStart(): string {
  return ((Date.now() - commandStartedMs) / 1_000).toFixed(1);
}

/** A line of an app's output, with the app's name before it. */
export function appLine(source: LineSource, line: string): void {
  console.log(`${paint(source.padEnd(8), colours[source])} ${paint("|", 2)} ${readable(line)}`);
}

const levels: Readonly<Record<string, string>> = {
  "10": "trace",
  "20": "debug",
  "30": "info",
  "40": "WARN",
  "50": "ERROR",
  "60": "FATAL",
};
const hiddenFields = new Set(["level", "time", "msg", "pid", "hostname", "name", "app", "service"]);

/** A JSON log line as `level message field=value …`; any other line as it is. */
export function readable(line: string): string {
  if (!line.startsWith("{")) return line;
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== "object" || entry === null || !("msg" in entry)) return line;
    const level = "level" in entry ? (levels[String(entry.level)] ?? String(entry.level)) : "";
    const fields = Object.entries(entry)
      .filter(([name]) => !hiddenFields.has(name))
      .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
    return [level.padEnd(5), String(entry.msg), paint(fields.join(" "), 2)].join(" ").trimEnd();
  } catch {
    return line;
  }
}
