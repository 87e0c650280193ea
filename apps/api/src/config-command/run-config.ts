import {
  isSettingName,
  parseSettingText,
  type SettingAuthor,
  type SettingName,
  type SettingRecord,
  type SettingsStore,
  settingNames,
  settingsTable,
} from "@barrage/platform";
import { AppError } from "@barrage/protocol";

/** How the command is used. */
export const configUsage = `usage: bun run config COMMAND   (with NATS_URL)

  list                       every setting: its value, its default and what it means
  get KEY                    one of them
  set KEY=VALUE …            change settings; all are checked before one is written
  reset KEY                  back to the default
  history KEY                who changed it, when, to what (the last 64)
  rollback KEY [REVISION]    back to what held at that revision; without one, before the last change

  --expect REVISION          set, reset, rollback: only when the setting is still at this revision (0: never set)

Values: numbers, on and off, words with commas between, or JSON. Every process applies a change within a second.
`;

interface ConfigCommandDeps {
  readonly store: SettingsStore;
  readonly author: SettingAuthor;
  readonly print: (line: string) => void;
}

/** What was typed makes no sense; the text says why. */
export class UsageError extends Error {}

/**
 * Runs one command.
 * @throws UsageError for what was typed; AppError as {@link SettingsStore} throws
 */
export async function runConfig(args: readonly string[], deps: ConfigCommandDeps): Promise<void> {
  const { words, expectedRevision } = readArguments(args);
  const [command = "", ...rest] = words;
  const { store, author: by, print } = deps;
  const report = (record: SettingRecord) =>
    print(`${record.key} = ${shown(record.value)}   (revision ${record.revision})`);
  switch (command) {
    case "list":
      return await list(deps, settingNames, rest);
    case "get":
      return await list(deps, [oneKey(rest)], []);
    case "set":
      return await set(rest, { ...deps, expectedRevision });
    case "reset":
      return report(await store.set({ key: oneKey(rest), value: null, by, expectedRevision }));
    case "history":
      for (const record of await store.history(oneKey(rest))) print(historyLine(record));
      return;
    case "rollback": {
      const [key, revision, ...more] = rest;
      const toRevision = revision === undefined ? undefined : revisionOf(revision);
      return report(
        await store.rollback({ key: oneKey([key ?? "", ...more]), toRevision, by, expectedRevision }),
      );
    }
    default:
      throw new UsageError(command === "" ? "which command?" : `there is no command "${command}"`);
  }
}

function readArguments(args: readonly string[]) {
  const at = args.indexOf("--expect");
  if (at < 0) return { words: args, expectedRevision: undefined };
  return { words: args.toSpliced(at, 2), expectedRevision: revisionOf(args[at + 1] ?? "") };
}

function revisionOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`a revision is a whole number, not "${text}"`);
  return Number(text);
}

function oneKey([key = "", ...more]: readonly string[]): SettingName {
  if (more.length > 0) throw new UsageError("one setting at a time");
  if (isSettingName(key)) return key;
  throw new UsageError(
    key === "" ? "which setting?" : `there is no setting "${key}"; \`list\` names them all`,
  );
}

async function list(
  { store, print }: ConfigCommandDeps,
  names: readonly SettingName[],
  more: readonly string[],
): Promise<void> {
  if (more.length > 0) throw new UsageError("list takes nothing more");
  const newest = new Map((await store.list()).map((record) => [record.key, record]));
  for (const name of names) for (const line of describe(name, newest.get(name))) print(line);
  if (names.length === 1) return;
  for (const { key, revision } of newest.values()) {
    if (!isSettingName(key))
      print(`${key}   (revision ${revision}; no setting that this version knows: ignored)`);
  }
}

function describe(name: SettingName, record: SettingRecord | undefined): string[] {
  const { default: usual, unit, env, description } = settingsTable[name];
  const isSet = record !== undefined && record.value !== null;
  const lines = [
    `${name} = ${shown(isSet ? record.value : usual)}${unit === null ? "" : ` ${unit}`}`,
    `    ${description}`,
    `    default ${shown(usual)}${env === null ? "" : `, or what ${env} says`}`,
  ];
  if (record !== undefined) lines.push(`    ${historyLine(record)}`);
  return lines;
}

function historyLine({ revision, atMs, by, value, fault }: SettingRecord): string {
  const what = value === null ? "back to the default" : shown(value);
  const line = `revision ${revision}, ${new Date(atMs).toISOString()}, ${by?.name ?? "unknown"}: ${what}`;
  return fault === undefined ? line : `${line}   IGNORED: ${fault}`;
}

function shown(value: unknown): string {
  if (value === null) return "the default";
  return typeof value === "boolean" ? (value ? "on" : "off") : JSON.stringify(value);
}

/** What somebody means who typed a name and its value as two words. */
function joined([key = "", value, ...more]: readonly string[]): string {
  const isMeant = isSettingName(key) && value !== undefined && more.length === 0;
  return isMeant ? `; did you mean ${key}=${value}?` : "";
}

interface SetDeps extends ConfigCommandDeps {
  readonly expectedRevision: number | undefined;
}

async function set(
  pairs: readonly string[],
  { store, author: by, print, expectedRevision }: SetDeps,
): Promise<void> {
  if (pairs.length === 0) throw new UsageError("set what? KEY=VALUE");
  if (expectedRevision !== undefined && pairs.length > 1)
    throw new UsageError("--expect goes with one setting");
  const changes = pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 0) throw new UsageError(`"${pair}" is no KEY=VALUE${joined(pairs)}`);
    const key = oneKey([pair.slice(0, at)]);
    const value = parseSettingText(key, pair.slice(at + 1));
    const read = settingsTable[key].schema.safeParse(value);
    if (!read.success) {
      const issues = read.error.issues.map(({ message }) => ({ path: key, message }));
      throw new AppError("input_invalid", { issues });
    }
    return { key, value };
  });
  for (const change of changes) {
    const { key, value, revision } = await store.set({ ...change, by, expectedRevision });
    print(`${key} = ${shown(value)}   (revision ${revision})`);
  }
}
