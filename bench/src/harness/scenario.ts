import type { AppName, AppVariables, RunningApp } from "@barrage/scripts/apps";

/** One number of a scenario. */
export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most that the value may be. */
  readonly bar?: number;
  /** The least that the value may be. */
  readonly atLeast?: number;
  /** For the results' file alone: a table shows it better than a line. */
  readonly isDetail?: boolean;
}

/** What a scenario gets from the harness, which started it and stops it. */
export interface ScenarioContext {
  readonly natsUrl: string;
  readonly natsPid: number;
  /** Where NATS tells of itself. */
  readonly natsMonitorUrl: string;
  /** Starts an app with the servers' addresses; the harness stops it. */
  readonly startApp: (name: AppName, variables?: AppVariables) => Promise<RunningApp>;
  /** How long to measure, after any warm-up. */
  readonly seconds: number;
  /** Once instead of several times, and fewer sizes. */
  readonly isQuick: boolean;
  /** The sizes of crowds that were asked for, in place of the scenario's own. */
  readonly viewers: readonly number[] | undefined;
  /** The names of those that take part in the fan-out, when not all of them should. */
  readonly contestants: readonly string[] | undefined;
  readonly progress: (line: string) => void;
  /** Lines to keep on the terminal, above the measures. */
  readonly print: (lines: readonly string[]) => void;
  /** What could not be measured, and why: kept on the terminal and in the results' file. */
  readonly note: (line: string) => void;
}

/** Something that is measured. */
export interface Scenario {
  readonly name: string;
  /** What it shows, in a line. */
  readonly title: string;
  /** @throws Error when what was measured did not even work. */
  readonly run: (context: ScenarioContext) => Promise<readonly Measure[]>;
}
