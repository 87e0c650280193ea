import { join } from "node:path";
import { spawnChild } from "../process/index.ts";
import { findOnPath } from "../services/index.ts";

/** Where traces go in development, and where they are looked at. */
export interface TraceViewer {
  /** Base address for OTLP over HTTP. */
  readonly endpoint: string;
  /** Undefined: somebody else's collector, whose page we don't know. */
  readonly pageUrl: string | undefined;
  readonly stop: () => Promise<void>;
}

interface TraceViewerOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly dataDir: string;
  readonly signal: AbortSignal;
  readonly step: (text: string) => void;
}

/** The port that OTLP over HTTP is expected at. */
const otlp = "http://127.0.0.1:4318";
const startMsMax = 15_000;
const askMsMax = 1_000;

/** Viewers that are one program and need no set-up, each listening for OTLP at its usual port. */
const programs = [
  { names: ["jaeger", "jaeger-all-in-one"], args: [], pageUrl: "http://127.0.0.1:16686" },
  { names: ["otel-desktop-viewer"], args: ["--browser", "8000"], pageUrl: "http://127.0.0.1:8000" },
] as const;

/** What to do where there is no viewer. */
export const traceViewerAdvice = `no traces: nothing listens at ${otlp}, and neither jaeger nor otel-desktop-viewer is on the PATH. One of:
    docker run --rm -p 16686:16686 -p 4318:4318 jaegertracing/jaeger:2.20.0   (then http://127.0.0.1:16686)
    https://www.jaegertracing.io/download/ and put "jaeger" on the PATH: it is started from here next time
    OTEL_EXPORTER_OTLP_ENDPOINT=https://… bun run dev --traces, for a collector elsewhere`;

/**
 * Finds a place for traces: the collector that the environment names, one that is running, or a viewer from the PATH,
 * which is started and, by the caller, stopped. Undefined when there is none: the caller says what to do, and goes on.
 */
export async function provideTraceViewer(options: TraceViewerOptions): Promise<TraceViewer | undefined> {
  const given = options.environment["OTEL_EXPORTER_OTLP_ENDPOINT"];
  if (given) return { endpoint: given, pageUrl: undefined, stop: async () => undefined };
  if (await isListening())
    return { endpoint: otlp, pageUrl: await runningPage(), stop: async () => undefined };
  for (const { names, args, pageUrl } of programs) {
    const path = findOnPath(names);
    if (path !== null) return await startViewer([path, ...args], pageUrl, options);
  }
  return undefined;
}

async function startViewer(
  command: readonly string[],
  pageUrl: string,
  { dataDir, signal, step }: TraceViewerOptions,
): Promise<TraceViewer> {
  const logFile = join(dataDir, "logs", "traces.log");
  const child = spawnChild({ command, stopSignal: "SIGTERM", logFile });
  const stop = async () => {
    await child.stop({ deadlineMs: 3_000 });
  };
  const untilMs = performance.now() + startMsMax;
  while (!(await isListening())) {
    if (signal.aborted || child.exit() !== null || performance.now() > untilMs) {
      await stop();
      throw new Error(`${command[0]} did not listen at ${otlp}; see ${logFile}`);
    }
    await Bun.sleep(100);
  }
  step(`traces at ${pageUrl}`);
  return { endpoint: otlp, pageUrl, stop };
}

/** Whether something takes traces here. An empty request is a valid one. */
async function isListening(): Promise<boolean> {
  const response = await ask(`${otlp}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  return response?.ok === true;
}

async function runningPage(): Promise<string | undefined> {
  for (const { pageUrl } of programs) if ((await ask(pageUrl))?.ok === true) return pageUrl;
  return undefined;
}

async function ask(url: string, init: RequestInit = {}): Promise<Response | undefined> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(askMsMax) });
  } catch {
    return undefined;
  }
}
