import type { Logger } from "../log/create-logger.ts";
import type { Meter } from "../metrics/meters.ts";
import type { SettingRecord } from "./setting-record.ts";
import { isSettingName, type SettingName, type SettingsValues, settingsTable } from "./settings-table.ts";

/** How long after it was stored a change holds in the logs of rooms: long enough for every process to hear of it. */
export const settingLeadMs = 500;

interface KnownSettingsDeps {
  readonly logger: Logger;
  /** What this process' environment says instead of the table's defaults. */
  readonly defaults: Partial<SettingsValues>;
  /** Counts what is left out. */
  readonly ignored: Meter<never>;
}

type Records = Map<SettingName, readonly SettingRecord[]>;

const historyMax = 64;
const complainedMax = 10_000;
/** A bucket that was made anew has the same revisions again, at other times. */
const placeOf = ({ revision, atMs }: SettingRecord): string => `${revision} ${atMs}`;
const holdsFromMs = ({ atMs }: SettingRecord): number => atMs + settingLeadMs;

/** What a process knows of the settings: the good values of their history. What is bad is complained of and left out. */
export class KnownSettings {
  readonly #deps: KnownSettingsDeps;
  readonly #listeners = new Set<(name: SettingName) => void>();
  readonly #complained = new Set<string>();
  #known: Records = new Map();
  /** What a reading has found that is not complete yet. */
  #fresh: Records | undefined;
  #revision = 0;
  #freshRevision = 0;

  constructor(deps: KnownSettingsDeps) {
    this.#deps = deps;
  }

  get revision(): number {
    return this.#revision;
  }

  /** A reading of everything begins; until it is complete, what was known holds. */
  beginReading(): void {
    this.#fresh = new Map();
    this.#freshRevision = 0;
  }

  /** The reading is complete: what it found holds, and nothing else. */
  endReading(): void {
    const before = this.#known;
    this.#known = this.#fresh ?? before;
    this.#fresh = undefined;
    if (this.#freshRevision < this.#revision)
      this.#deps.logger.error("the settings were lost: what is there now holds, or the defaults");
    this.#revision = this.#freshRevision;
    const newestOf = (records: Records, name: SettingName) => {
      const newest = records.get(name)?.at(-1);
      return newest && placeOf(newest);
    };
    const names = new Set([...before.keys(), ...this.#known.keys()]);
    for (const name of names) if (newestOf(before, name) !== newestOf(this.#known, name)) this.#tell(name);
  }

  /** Takes the next record, in the order of revisions. */
  take(record: SettingRecord): void {
    const { key, fault, revision } = record;
    if (fault === undefined && isSettingName(key)) {
      const records = this.#fresh ?? this.#known;
      records.set(key, [...(records.get(key) ?? []), record].slice(-historyMax));
    } else this.#complain(record);
    if (this.#fresh !== undefined) {
      this.#freshRevision = Math.max(this.#freshRevision, revision);
      return;
    }
    this.#revision = Math.max(this.#revision, revision);
    if (fault === undefined && isSettingName(key)) this.#tell(key);
  }

  get<Name extends SettingName>(name: Name): SettingsValues[Name] {
    return this.#meant(name, this.#known.get(name)?.at(-1));
  }

  at<Name extends SettingName>(name: Name, logMs: number): SettingsValues[Name] {
    const records = this.#known.get(name);
    return this.#meant(
      name,
      records?.findLast((record) => holdsFromMs(record) <= logMs),
    );
  }

  changesOf(names: readonly SettingName[]): readonly number[] {
    return names
      .flatMap((name) => this.#known.get(name)?.map(holdsFromMs) ?? [])
      .toSorted((left, right) => left - right);
  }

  onChange(listener: (name: SettingName) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Calls nobody back any more. */
  close(): void {
    this.#listeners.clear();
  }

  #tell(name: SettingName): void {
    this.#deps.logger.info({ setting: name, revision: this.#revision }, "a setting has changed");
    for (const listener of this.#listeners) listener(name);
  }

  /** Once for each: a watch that begins again reads the whole history. */
  #complain(record: SettingRecord): void {
    const { key, revision, fault } = record;
    const place = placeOf(record);
    if (this.#complained.has(place)) return;
    // So many bad values are nobody's mistake: memory stays bounded, and they are complained of again.
    if (this.#complained.size >= complainedMax) this.#complained.clear();
    this.#complained.add(place);
    this.#deps.ignored.add(1);
    this.#deps.logger.error({ setting: key, revision, fault }, "a setting is ignored");
  }

  #meant<Name extends SettingName>(name: Name, record: SettingRecord | undefined): SettingsValues[Name] {
    const usual: unknown = this.#deps.defaults[name] ?? settingsTable[name].default;
    const value = record === undefined || record.value === null ? usual : record.value;
    // Safe: records were read by the row's schema, and defaults are typed by it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return value as SettingsValues[Name];
  }
}
