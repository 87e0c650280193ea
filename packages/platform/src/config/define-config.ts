import type { z } from "zod";

/** One setting: where it comes from and what it may be. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  /** The environment variable. Empty counts as not set. */
  readonly env: string;
  /** Reads the variable's text. */
  readonly schema: Schema;
  /** The text to read when the variable is not set; without it the setting is required. */
  readonly default?: string;
  /** Never shown in logs. */
  readonly secret?: true;
}

export type SettingsTable = Readonly<Record<string, Setting>>;

/** The values of a table. */
export type ConfigOf<Table extends SettingsTable> = {
  readonly [Name in keyof Table]: z.output<Table[Name]["schema"]>;
};

export type Env = Readonly<Record<string, string | undefined>>;

/** Everything that is wrong with the environment, at once. Holds no values: they may be secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(["The configuration is not valid:", ...faults.map((fault) => `  ${fault}`)].join("\n"));
    this.faults = faults;
  }
}

interface ConfigDefinition<Table extends SettingsTable> {
  /** The frozen values. @throws ConfigError that names every fault. */
  parse(env: Env): ConfigOf<Table>;
  /** As {@link parse}, but says what is wrong on stderr and ends the process with code 78 (EX_CONFIG). */
  parseOrExit(env: Env): ConfigOf<Table>;
  /** The values for a log, secrets redacted. */
  redacted(config: ConfigOf<Table>): Readonly<Record<string, unknown>>;
}

const configExitCode = 78;

/** A program's configuration as one declarative table. */
export function defineConfig<const Table extends SettingsTable>(table: Table): ConfigDefinition<Table> {
  function parse(env: Env): ConfigOf<Table> {
    const faults: string[] = [];
    const values = Object.entries(table).map(([name, setting]) => [name, read(setting, env, faults)]);
    if (faults.length > 0) throw new ConfigError(faults);
    // Safe: every entry was read by the schema of the same name.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return Object.freeze(Object.fromEntries(values)) as ConfigOf<Table>;
  }

  function parseOrExit(env: Env): ConfigOf<Table> {
    try {
      return parse(env);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exit(configExitCode);
    }
  }

  function redacted(config: ConfigOf<Table>): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      Object.entries(config).map(([name, value]) => [name, table[name]?.secret ? "[redacted]" : value]),
    );
  }

  return { parse, parseOrExit, redacted };
}

function read(setting: Setting, env: Env, faults: string[]): unknown {
  const text = env[setting.env] || setting.default;
  if (text === undefined) {
    faults.push(`${setting.env} is required`);
    return undefined;
  }
  const result = setting.schema.safeParse(text);
  if (result.success) return result.data;
  faults.push(...result.error.issues.map((issue) => `${setting.env}: ${issue.message}`));
  return undefined;
}
