import type { Service } from "../lifecycle/service.ts";
import { sleepUnlessAborted } from "../lifecycle/sleep-unless-aborted.ts";
import type { Logger } from "../log/create-logger.ts";
import { labelSamples } from "./label-samples.ts";
import { memberMessageSchema, type SupervisorMessage } from "./process-messages.ts";

interface ProcessGroupOptions {
  readonly count: number;
  readonly command: readonly string[];
  /** The environment of the process with this index; `port` is where the first one listens, when that is known. */
  readonly envOf: (index: number, port: number | undefined) => Readonly<Record<string, string | undefined>>;
  /** Begins the names of the group's own metrics. */
  readonly metricPrefix: string;
  readonly logger: Logger;
}

/** Several processes of one program that serve one port together, and their one supervisor. */
export interface ProcessGroup extends Service {
  /** The address that they share. @throws Error before the start. */
  readonly url: () => string;
}

/** One place in the group, and the process that has it now. */
interface Place {
  readonly index: number;
  child: Bun.Subprocess | undefined;
  isReady: boolean;
  restarts: number;
}

/** A process that ran so long was well: its next crash is a new story. */
const healthyMs = 30_000;
const restartDelaysMs = [500, 1_000, 2_000, 5_000, 10_000];
const reportMsMax = 1_000;

/**
 * Runs a program several times. `start` resolves when all of them serve: the first one finds the port, the others
 * share it (SO_REUSEPORT). One that ends by itself is started again, after a delay that grows while it keeps ending.
 * `stop` asks all of them to stop at once, so that there is one drain, and kills who is left when its signal aborts.
 */
export function createProcessGroup(options: ProcessGroupOptions): ProcessGroup {
  const places: readonly Place[] = Array.from({ length: options.count }, (_, index) => ({
    index,
    child: undefined,
    isReady: false,
    restarts: 0,
  }));
  const stopping = new AbortController();
  const keeping: Promise<void>[] = [];
  const reports = createReports(options, places);
  let url: string | undefined;

  const launch = (place: Place) => launchIn(place, { options, url, reports });

  return {
    name: "processes",
    async start() {
      const [first, ...others] = places;
      if (first === undefined) throw new Error("a group needs a process");
      const started = [launch(first)];
      url = await started[0]?.ready;
      started.push(...others.map(launch));
      try {
        await Promise.all(started.map(({ ready }) => ready));
      } finally {
        for (const [index, place] of places.entries()) {
          const exited = started[index]?.exited;
          if (exited !== undefined)
            keeping.push(keep(place, exited, { launch, options, signal: stopping.signal }));
        }
      }
    },
    async stop(signal) {
      stopping.abort();
      for (const { child } of places) child?.kill("SIGTERM");
      const kill = () => {
        for (const { child } of places) child?.kill("SIGKILL");
      };
      signal.addEventListener("abort", kill, { once: true });
      await Promise.all([...keeping, ...places.map(({ child }) => child?.exited)]);
      signal.removeEventListener("abort", kill);
    },
    url() {
      if (url === undefined) throw new Error("the processes have not started");
      return url;
    },
  };
}

interface Launch {
  /** Its address, once it serves. Rejects when it ends before. */
  readonly ready: Promise<string>;
  readonly exited: Promise<number>;
}

interface LaunchDeps {
  readonly options: ProcessGroupOptions;
  readonly url: string | undefined;
  readonly reports: Reports;
}

function launchIn(place: Place, { options, url, reports }: LaunchDeps): Launch {
  const port = url === undefined ? undefined : Number(new URL(url).port) || undefined;
  const ready = Promise.withResolvers<string>();
  const child = Bun.spawn([...options.command], {
    env: { ...options.envOf(place.index, port) },
    stdio: ["ignore", "inherit", "inherit"],
    // Ctrl-C in a terminal is for the supervisor, which passes it on once.
    detached: true,
    serialization: "json",
    ipc(value) {
      const message = memberMessageSchema.safeParse(value);
      if (!message.success) return;
      if (message.data.type === "ready") {
        place.isReady = true;
        ready.resolve(message.data.url);
      } else if (message.data.type === "figures")
        reports.take(message.data.id, place.index, message.data.text);
      else {
        const { id } = message.data;
        void reports.collect().then((text) => tell(child, { type: "answer", id, text }));
      }
    },
  });
  place.child = child;
  const exited = child.exited.then((code) => {
    place.isReady = false;
    ready.reject(new Error(`process ${place.index} ended while starting, with code ${code}`));
    return code;
  });
  // Who keeps the process looks at `exited`; a later end is no failure of the start.
  ready.promise.catch(() => undefined);
  return { ready: ready.promise, exited };
}

interface KeepDeps {
  readonly launch: (place: Place) => Launch;
  readonly options: ProcessGroupOptions;
  readonly signal: AbortSignal;
}

/** Starts a process again whenever it ends, until the group stops. */
async function keep(
  place: Place,
  first: Promise<number>,
  { launch, options, signal }: KeepDeps,
): Promise<void> {
  const { logger } = options;
  let exited = first;
  for (let failures = 0; ; failures += 1) {
    const startedAtMs = performance.now();
    const code = await exited;
    if (signal.aborted) return;
    if (performance.now() - startedAtMs > healthyMs) failures = 0;
    const delayMs = restartDelaysMs[Math.min(failures, restartDelaysMs.length - 1)] ?? 0;
    logger.error({ process: place.index, code, delayMs }, "a process ended by itself and is started again");
    await sleepUnlessAborted(delayMs, signal);
    if (signal.aborted) return;
    place.restarts += 1;
    ({ exited } = launch(place));
  }
}

/** Asks all processes for their figures. */
interface Reports {
  collect(): Promise<string>;
  take(id: number, index: number, text: string): void;
}

function createReports({ metricPrefix }: ProcessGroupOptions, places: readonly Place[]): Reports {
  const open = new Map<number, { readonly texts: Map<number, string>; readonly done: () => void }>();
  let lastId = 0;
  const ownFigures = (): string => {
    const rows = (name: string, value: (place: Place) => number) =>
      places.map(
        (place) =>
          `${metricPrefix}_${name}{process="${place.index}",pid="${place.child?.pid ?? 0}"} ${value(place)}`,
      );
    return [
      `# TYPE ${metricPrefix}_process_up gauge`,
      ...rows("process_up", ({ isReady }) => (isReady ? 1 : 0)),
      `# TYPE ${metricPrefix}_process_restarts_total counter`,
      ...rows("process_restarts_total", ({ restarts }) => restarts),
      "",
    ].join("\n");
  };
  return {
    async collect() {
      const asked = places.filter(({ isReady }) => isReady);
      lastId += 1;
      const id = lastId;
      const texts = new Map<number, string>();
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, reportMsMax);
      open.set(id, {
        texts,
        done: () => {
          if (texts.size === asked.length) resolve();
        },
      });
      for (const { child } of asked) if (child !== undefined) tell(child, { type: "report", id });
      await promise;
      clearTimeout(timer);
      open.delete(id);
      return labelSamples(texts) + ownFigures();
    },
    take(id, index, text) {
      open.get(id)?.texts.set(index, text);
      open.get(id)?.done();
    },
  };
}

function tell(child: Bun.Subprocess, message: SupervisorMessage): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  try {
    child.send(message);
  } catch {
    // It has ended a moment ago, and nobody has heard of it yet: its answer is not waited for for long.
  }
}
