import type { ScenarioContext } from "../../harness/scenario.ts";
import type { NativePrograms } from "../native-programs.ts";

/** A server that is up, and how viewers and messages reach it. */
export interface RunningContestant {
  readonly protocol: "sse" | "ws" | "socketio";
  readonly port: number;
  readonly path: string;
  /** For the load generator: `line:PORT`, `http:PORT:/path` or `nats:PORT:subject`. */
  readonly publish: string;
  /** Whose processor time and memory count. */
  readonly pids: readonly number[];
  /** Of our own node: where it tells of itself. */
  readonly nodeUrl?: string;
  /** How many deliveries the server says that it left out on purpose. */
  readonly skipped: () => Promise<number>;
}

/** What a contestant may use to start. */
export interface ContestantDeps {
  readonly context: ScenarioContext;
  readonly programs: NativePrograms;
  /** Stops what was started. */
  readonly stack: AsyncDisposableStack;
}

/** One of the servers that do the same work side by side. */
export interface Contestant {
  readonly name: string;
  /** One of those that are measured here, and not only compared with. */
  readonly isOurs?: true;
  /** @throws Error when this machine can't run it. */
  readonly start: (deps: ContestantDeps) => Promise<RunningContestant>;
}

/** For servers that never leave anything out on purpose. */
export const neverSkips = (): Promise<number> => Promise.resolve(0);
