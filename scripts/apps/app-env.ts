import { glibcTunables } from "./glibc-tunables.ts";

/** The apps, in the order in which they can be started. */
export const appNames = ["api", "realtime", "worker", "web"] as const;
export type AppName = (typeof appNames)[number];

/** Everything an app is configured by. An app is given these by name, and never by what our shell happens to hold. */
export const appVariables = [
  "PORT",
  "HOST",
  "DATABASE_URL",
  "REDIS_URL",
  "NATS_URL",
  "S3_ENDPOINT",
  "S3_ACCESS_KEY_ID",
  "S3_SECRET_ACCESS_KEY",
  "S3_PUBLIC_URL",
  "WEB_ORIGINS",
  "API_URL",
  "REALTIME_URL",
  "REALTIME_NODES",
  "PUBLIC_URL",
  "TICKET_SECRET",
  "LOG_LEVEL",
  "METRICS_PORT",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_TRACES_SAMPLER_ARG",
  "TRACES_URL",
] as const;

export type AppVariables = Readonly<Record<string, string>>;

/** The environment of an app's process: ours without any app setting, the way to copy, and the given settings. */
export function appEnv(variables: AppVariables): Record<string, string | undefined> {
  const inherited: Record<string, string | undefined> = { GLIBC_TUNABLES: glibcTunables, ...process.env };
  for (const name of appVariables) delete inherited[name];
  return { ...inherited, ...variables };
}
