import { defaultDataDir } from "./dev-paths.ts";

export const defaultPortBase = 4_000;

// Apps first and servers ten above: `--port-base 5000` keeps the last digits everyone knows.
const offsets = {
  web: 0,
  api: 1,
  realtime: 2,
  worker: 3,
  apiMetrics: 4,
  postgres: 10,
  redis: 11,
  nats: 12,
  natsMonitor: 13,
  s3: 14,
} as const;

export type DevPorts = Readonly<Record<keyof typeof offsets, number>>;

export interface DevOptions {
  readonly portBase: number;
  readonly dataDir: string;
  /** How many processes the realtime node has: a number, or "auto". */
  readonly realtimeProcesses: string;
  /** Record a trace of every action, for a viewer to show. */
  readonly traces: boolean;
  readonly help: boolean;
}

export const devUsage = `bun run dev [--port-base N] [--data-dir DIR] [--realtime-processes N] [--traces]

Starts all of Barrage for development: servers, apps and a small demo.
  --port-base N   first of the ports to use, 1024 to 65000 (default ${defaultPortBase}): web N, api N+1, realtime N+2,
                  worker N+3, the api's metrics N+4, PostgreSQL N+10, Redis N+11, NATS N+12 and N+13, S3 N+14
  --data-dir DIR  where the data live (default .data), to run a second one beside the first
  --realtime-processes N
                  so many processes of the realtime node share its port, or "auto" for one per core (default 1)
  --traces        record a trace of every action, and show them: in Jaeger or otel-desktop-viewer when one is
                  running or on the PATH, or wherever OTEL_EXPORTER_OTLP_ENDPOINT says
A server named in DATABASE_URL, REDIS_URL, NATS_URL or S3_ENDPOINT is used instead of being started.
"bun run dev:reset" empties .data/; a folder of your own you remove yourself.`;

/** @throws Error in words for the person who typed it. */
export function parseDevOptions(args: readonly string[]): DevOptions {
  let portBase = defaultPortBase;
  let dataDir = defaultDataDir;
  let traces = false;
  let realtimeProcesses = "1";
  let help = false;
  const rest = args.flatMap((arg) => (arg.startsWith("--") ? arg.split("=", 2) : [arg]));
  while (rest.length > 0) {
    const name = rest.shift();
    if (name === "--help" || name === "-h") help = true;
    else if (name === "--traces") traces = true;
    else if (name === "--port-base") portBase = parsePortBase(rest.shift());
    else if (name === "--data-dir") dataDir = parseDataDir(rest.shift());
    else if (name === "--realtime-processes") realtimeProcesses = parseProcesses(rest.shift());
    else throw new Error(`unknown argument "${name}"`);
  }
  return { portBase, dataDir, realtimeProcesses, traces, help };
}

function parseProcesses(text: string | undefined): string {
  if (text === undefined || !/^(auto|[1-9]\d?)$/.test(text)) {
    throw new Error(`--realtime-processes needs a number from 1 to 64, or "auto", not "${text ?? ""}"`);
  }
  return text;
}

function parsePortBase(text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || value < 1_024 || value > 65_000) {
    throw new Error(`--port-base needs a number from 1024 to 65000, not "${text ?? ""}"`);
  }
  return value;
}

function parseDataDir(text: string | undefined): string {
  if (!text) throw new Error("--data-dir needs a folder");
  return text;
}

export function devPorts(portBase: number): DevPorts {
  const at = (name: keyof typeof offsets) => portBase + offsets[name];
  return {
    web: at("web"),
    api: at("api"),
    realtime: at("realtime"),
    worker: at("worker"),
    apiMetrics: at("apiMetrics"),
    postgres: at("postgres"),
    redis: at("redis"),
    nats: at("nats"),
    natsMonitor: at("natsMonitor"),
    s3: at("s3"),
  };
}
