import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isId } from "@barrage/protocol";

/** What a crowd is to do. */
export interface CrowdOptions {
  readonly room: string;
  readonly viewers: number;
  /** At least so many accounts send. */
  readonly senders: number;
  /** Danmaku per second, all senders together. */
  readonly rate: number;
  readonly seconds: number;
  readonly api: string;
  readonly realtime: string;
  readonly transport: "sse" | "ws" | "mixed";
  /** The share of viewers that lose their connection once on the way. */
  readonly drop: number;
  readonly seed: number;
  /** Where the senders' accounts are kept from one crowd to the next. */
  readonly accounts: string;
}

/** The command line was not understood; the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const usage = `A crowd in one room, through the public interfaces alone; every viewer checks what it gets.

  bun run crowd --room <id> [--viewers 1000] [--senders 50] [--rate 200] [--seconds 30]
                [--transport sse|ws|mixed] [--drop 0.0-1.0] [--seed n] [--api URL] [--realtime URL]
                [--accounts .data/crowd-users.json]

The addresses come from .data/dev.json while \`bun run dev\` runs. An account may send one danmaku a second: when
--rate asks for more than --senders can, more senders are used. Their accounts are kept for the next crowd.`;

/** Where the repository keeps what is not in it. */
const dataDir = join(import.meta.dir, "..", "..", "..", ".data");

function devAddresses(): { readonly api?: unknown; readonly realtime?: unknown } {
  const file = join(dataDir, "dev.json");
  if (!existsSync(file)) return {};
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  return typeof parsed === "object" && parsed !== null ? parsed : {};
}

interface Range {
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

function numberOf(name: string, text: string, { least, most, whole = true }: Range): number {
  const value = Number(text);
  if (!(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    throw new UsageError(
      `--${name} must be ${whole ? "a whole number" : "a number"} from ${least} to ${most}, not "${text}"`,
    );
  }
  return value;
}

function urlOf(name: "api" | "realtime", given: string | undefined): string {
  const value = given ?? devAddresses()[name];
  if (typeof value !== "string") {
    throw new UsageError(
      `--${name} is missing, and there is no .data/dev.json: start \`bun run dev\` first, or give the address`,
    );
  }
  if (!URL.canParse(value)) throw new UsageError(`--${name} must be a URL, not "${value}"`);
  return value.replace(/\/+$/, "");
}

function transportOf(text: string): CrowdOptions["transport"] {
  if (text === "sse" || text === "ws" || text === "mixed") return text;
  throw new UsageError(`--transport must be sse, ws or mixed, not "${text}"`);
}

const flags = {
  room: { type: "string" },
  viewers: { type: "string", default: "1000" },
  senders: { type: "string", default: "50" },
  rate: { type: "string", default: "200" },
  seconds: { type: "string", default: "30" },
  api: { type: "string" },
  realtime: { type: "string" },
  transport: { type: "string", default: "mixed" },
  drop: { type: "string", default: "0" },
  seed: { type: "string" },
  accounts: { type: "string", default: join(dataDir, "crowd-users.json") },
} as const;

/** Reads the command line. @throws UsageError. */
export function parseOptions(args: readonly string[]): CrowdOptions {
  let values: ReturnType<typeof parseArgs<{ options: typeof flags }>>["values"];
  try {
    ({ values } = parseArgs({ args: [...args], options: flags }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { room } = values;
  if (room === undefined) throw new UsageError("--room is missing");
  if (!isId(room))
    throw new UsageError(`--room must be a room's id (8 to 32 characters of 0-9 and a-z), not "${room}"`);
  const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 32));
  return {
    room,
    viewers: numberOf("viewers", values.viewers, { least: 1, most: 20_000 }),
    senders: numberOf("senders", values.senders, { least: 1, most: 5_000 }),
    rate: numberOf("rate", values.rate, { least: 0, most: 5_000 }),
    seconds: numberOf("seconds", values.seconds, { least: 1, most: 3_600 }),
    transport: transportOf(values.transport),
    drop: numberOf("drop", values.drop, { least: 0, most: 1, whole: false }),
    seed: numberOf("seed", seed, { least: 0, most: 2 ** 32 - 1 }),
    api: urlOf("api", values.api),
    realtime: urlOf("realtime", values.realtime),
    accounts: values.accounts,
  };
}
