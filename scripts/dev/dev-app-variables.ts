import type { AppName, AppVariables } from "../apps/index.ts";
import type { DevPorts } from "./dev-options.ts";
import type { DevServices } from "./dev-services.ts";

export interface DevAddresses {
  readonly web: string;
  readonly api: string;
  readonly realtime: string;
}

/**
 * One host name for all three: cookies ignore ports but not names, so a page opened on another name than the api's
 * would be logged out.
 */
export function devAddresses(ports: DevPorts): DevAddresses {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return { web: at(ports.web), api: at(ports.api), realtime: at(ports.realtime) };
}

/** The origins of pages that the api and the media bucket serve: people type either. */
export function devWebOrigins(ports: DevPorts): readonly string[] {
  return [devAddresses(ports).web, `http://localhost:${ports.web}`];
}

export interface DevAppVariablesOptions {
  readonly ports: DevPorts;
  readonly services: Omit<DevServices, "stop" | "failed">;
  /** How many processes the realtime node has. */
  readonly realtimeProcesses: string;
  readonly logLevel: string;
  /** Where every trace is sent to; undefined: there are none. */
  readonly otlpEndpoint: string | undefined;
  /** Where traces are looked at. */
  readonly tracesUrl: string | undefined;
  /** The shell's. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What goes with servers of the developer's own: apps take these from the shell that dev was started in, and no more. */
const passedOn = ["S3_REGION", "S3_ARCHIVE_BUCKET", "S3_MEDIA_BUCKET", "OTEL_EXPORTER_OTLP_HEADERS"];

/** Another realtime node, started beside dev's with any port, is found by its own address. */
const nodes = { PUBLIC_URL: "http://127.0.0.1:{port}", REALTIME_NODES: "http://127.0.0.1:*" };

/** What every app is configured by in development. */
export function devAppVariables(options: DevAppVariablesOptions): Readonly<Record<AppName, AppVariables>> {
  const { ports, services, realtimeProcesses, logLevel, otlpEndpoint, tracesUrl, environment } = options;
  const addresses = devAddresses(ports);
  const outside = { ...traceVariables(otlpEndpoint), ...givenVariables(environment) };
  const common = { HOST: "127.0.0.1", LOG_LEVEL: logLevel, ...nodes, ...outside };
  const broker = { REDIS_URL: services.redisUrl, NATS_URL: services.natsUrl };
  const objects = objectVariables(services);
  const browser = {
    WEB_ORIGINS: devWebOrigins(ports).join(","),
    API_URL: addresses.api,
    REALTIME_URL: addresses.realtime,
  };
  const realtime = { PORT: String(ports.realtime), PROCESSES: realtimeProcesses };
  // Known to everyone who reads this: it guards nothing but this machine's loopback address.
  const tickets = { TICKET_SECRET: "development-only-ticket-secret-not-for-production" };
  return {
    api: {
      ...common,
      ...broker,
      ...objects,
      ...browser,
      ...tickets,
      // `bun run crowd` makes hundreds of accounts from this one address.
      REGISTERS_PER_HOUR: "100000",
      LOGINS_PER_MINUTE: "100000",
      PORT: String(ports.api),
      METRICS_PORT: String(ports.apiMetrics),
      TRACES_URL: tracesUrl ?? "none",
      DATABASE_URL: services.databaseUrl,
    },
    realtime: { ...common, ...broker, ...objects, ...browser, ...tickets, ...realtime },
    worker: {
      ...common,
      ...broker,
      ...objects,
      PORT: String(ports.worker),
      DATABASE_URL: services.databaseUrl,
    },
    // Hot reload; elsewhere the page is built once, at start.
    web: {
      ...common,
      ...browser,
      S3_PUBLIC_URL: services.s3.publicUrl,
      NODE_ENV: "development",
      PORT: String(ports.web),
    },
  };
}

function objectVariables({ s3 }: DevAppVariablesOptions["services"]): AppVariables {
  return {
    S3_ENDPOINT: s3.url,
    S3_ACCESS_KEY_ID: s3.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    S3_PUBLIC_URL: s3.publicUrl,
  };
}

function givenVariables(environment: DevAppVariablesOptions["environment"]): AppVariables {
  const set = passedOn.flatMap((name) => (environment[name] ? [[name, environment[name]] as const] : []));
  return Object.fromEntries(set);
}

/** One person clicks here: every action is traced. */
function traceVariables(otlpEndpoint: string | undefined): AppVariables {
  if (otlpEndpoint === undefined) return {};
  return { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint, OTEL_TRACES_SAMPLER_ARG: "1" };
}
