import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { type AppName, appNames } from "../apps/index.ts";
import { orAborted } from "../process/index.ts";
import { demoAccounts } from "./demo-accounts.ts";
import { type DevApp, startDevApp } from "./dev-app.ts";
import { type DevAddresses, devAddresses, devAppVariables } from "./dev-app-variables.ts";
import { paint, secondsSinceStart, step } from "./dev-console.ts";
import { type DevPorts, devPorts } from "./dev-options.ts";
import { type DevPaths, defaultDataDir } from "./dev-paths.ts";
import { type NeededPort, requireFreePorts } from "./dev-ports-free.ts";
import { type DevServices, givenServices, startDevServices } from "./dev-services.ts";
import { seedDemo } from "./seed-demo.ts";
import { provideTraceViewer, type TraceViewer, traceViewerAdvice } from "./trace-viewer.ts";

export interface RunDevOptions {
  readonly portBase: number;
  /** How many processes the realtime node has. */
  readonly realtimeProcesses: string;
  readonly paths: DevPaths;
  readonly traces: boolean;
  /** Whether the dev before this one was killed. */
  readonly wasLeftBehind: boolean;
  /** Aborted when we are asked to stop. */
  readonly signal: AbortSignal;
}

/**
 * Starts everything, waits until it is asked to stop, and stops it in the opposite order: apps first, so that they
 * can still write what they hold, then the servers.
 */
export async function runDev(options: RunDevOptions): Promise<void> {
  const { portBase, realtimeProcesses, paths, traces, wasLeftBehind, signal } = options;
  const ports = devPorts(portBase);
  if (wasLeftBehind) step("the last dev was killed: waiting until what it left behind has ended");
  await requireFreePorts(neededPorts(ports), { wasLeftBehind });
  mkdirSync(paths.logsDir, { recursive: true });
  // A download may take minutes: who gives up then is let go at once, and the lifelines end what runs by then.
  const services = await orAborted(
    startDevServices({ ports, dataDir: paths.dataDir, environment: process.env, step }),
    signal,
  );
  let viewer: TraceViewer | undefined;
  try {
    viewer = traces ? await findTraceViewer(paths, signal) : undefined;
    await runApps({ ports, realtimeProcesses, paths, services, viewer, signal });
  } finally {
    await viewer?.stop();
    await services.stop();
    step("servers stopped");
  }
}

async function findTraceViewer(paths: DevPaths, signal: AbortSignal): Promise<TraceViewer | undefined> {
  const viewer = await provideTraceViewer({
    environment: process.env,
    dataDir: paths.dataDir,
    signal,
    step,
  });
  if (viewer === undefined) step(traceViewerAdvice);
  return viewer;
}

interface RunAppsOptions {
  readonly ports: DevPorts;
  readonly realtimeProcesses: string;
  readonly paths: DevPaths;
  readonly services: DevServices;
  readonly viewer: TraceViewer | undefined;
  readonly signal: AbortSignal;
}

async function runApps(options: RunAppsOptions): Promise<void> {
  const { ports, realtimeProcesses, paths, services, viewer, signal } = options;
  const logLevel = process.env["LOG_LEVEL"] ?? "info";
  const otlpEndpoint = viewer?.endpoint;
  const tracesUrl = viewer?.pageUrl;
  const variables = devAppVariables({
    ports,
    services,
    realtimeProcesses,
    logLevel,
    otlpEndpoint,
    tracesUrl,
    environment: process.env,
  });
  const start = async (name: AppName) => {
    const app = await startDevApp({ name, variables: variables[name], logsDir: paths.logsDir, signal });
    step(`${name} on port ${variables[name]["PORT"]}`);
    return app;
  };
  const settled = await Promise.allSettled(appNames.map(start));
  const apps = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  try {
    const failure = settled.find((result) => result.status === "rejected");
    if (failure) throw failure.reason;
    const addresses = devAddresses(ports);
    // An administrator whose password everybody knows is for a database of our own, and never for a given one.
    const ownDatabaseUrl = givenServices(process.env).postgres === null ? services.databaseUrl : null;
    const seeding = seedDemo({ apiUrl: addresses.api, webUrl: addresses.web, databaseUrl: ownDatabaseUrl });
    const demo = await orAborted(seeding, signal);
    writeAddresses(paths, addresses, services);
    printWelcome({
      paths,
      addresses,
      roomUrl: `${addresses.web}/rooms/${demo.roomId}`,
      hasAdministrator: ownDatabaseUrl !== null,
      tracesUrl: viewer?.pageUrl ?? viewer?.endpoint,
    });
    await untilStopped({ paths, services, signal });
  } finally {
    rmSync(paths.addressesFile, { force: true });
    await stopApps(apps);
  }
}

async function untilStopped({
  paths,
  services,
  signal,
}: Omit<RunAppsOptions, "ports" | "realtimeProcesses" | "viewer">): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<null>();
  signal.addEventListener("abort", () => resolve(null), { once: true });
  if (signal.aborted) resolve(null);
  const failed = await Promise.race([aborted, services.failed]);
  if (failed !== null) throw new Error(`${failed} ended by itself; see ${paths.dataDir}/*/server.log`);
  console.log("");
  step("stopping");
}

async function stopApps(apps: readonly DevApp[]): Promise<void> {
  await Promise.allSettled(apps.map((app) => app.stop()));
  step("apps stopped");
}

function neededPorts(ports: DevPorts): NeededPort[] {
  const given = givenServices(process.env);
  const needed: (NeededPort & { readonly given?: string | null })[] = [
    ...appNames.map((name) => ({ port: ports[name], neededBy: `the app "${name}"` })),
    { port: ports.apiMetrics, neededBy: "the api's metrics" },
    { port: ports.postgres, neededBy: "PostgreSQL", given: given.postgres },
    { port: ports.redis, neededBy: "Redis", given: given.redis },
    { port: ports.nats, neededBy: "NATS", given: given.nats },
    { port: ports.natsMonitor, neededBy: "NATS monitoring", given: given.nats },
    { port: ports.s3, neededBy: "S3", given: given.s3 },
  ];
  return needed.filter((entry) => !entry.given);
}

function writeAddresses(paths: DevPaths, addresses: DevAddresses, services: DevServices): void {
  const all = {
    ...addresses,
    postgres: services.databaseUrl,
    redis: services.redisUrl,
    nats: services.natsUrl,
    s3: services.s3.url,
  };
  writeFileSync(paths.addressesFile, `${JSON.stringify(all, null, 2)}\n`);
}

interface Welcome {
  readonly paths: DevPaths;
  readonly addresses: DevAddresses;
  readonly roomUrl: string;
  readonly hasAdministrator: boolean;
  /** Undefined: nothing is traced. */
  readonly tracesUrl: string | undefined;
}

function printWelcome({ paths, addresses, roomUrl, hasAdministrator, tracesUrl }: Welcome): void {
  const line = (name: string, value: string) => `  ${paint(name.padEnd(10), 2)} ${value}`;
  const { host, viewer, administrator, password } = demoAccounts;
  const people = hasAdministrator
    ? `${host}, ${viewer} or ${administrator} (administrator)`
    : `${host} or ${viewer}`;
  console.log(
    [
      "",
      paint(`  Barrage is ready after ${secondsSinceStart()} s`, 1),
      line("open", paint(addresses.web, 36)),
      line("demo room", roomUrl),
      line("log in as", `${people}, password ${password}`),
      line("api", addresses.api),
      line("realtime", addresses.realtime),
      ...(tracesUrl === undefined ? [] : [line("traces", tracesUrl)]),
      line("addresses", paths.addressesFile),
      line("stop", `Ctrl-C (the data stay in ${paths.dataDir}; ${howToEmpty(paths.dataDir)})`),
      "",
    ].join("\n"),
  );
}

function howToEmpty(dataDir: string): string {
  return dataDir === defaultDataDir ? "bun run dev:reset empties them" : "remove that folder to begin anew";
}
