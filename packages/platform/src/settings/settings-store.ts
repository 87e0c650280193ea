import { AppError, type InputIssue } from "@barrage/protocol";
import { type KV, NatsError, StorageType } from "nats";
import type { NatsLink } from "../nats/connect-nats.ts";
import { type SettingAuthor, type SettingRecord, settingRecordOf } from "./setting-record.ts";
import { isSettingName, settingsTable } from "./settings-table.ts";

/** A change of a setting. */
export interface SettingChange {
  readonly key: string;
  /** null: back to the default. */
  readonly value: unknown;
  readonly by: SettingAuthor;
  /** The revision that the change was made from; 0: never set. When left out, whatever is there is replaced. */
  readonly expectedRevision?: number | undefined;
}

/** The settings as they are stored, and the only way to write them. */
export interface SettingsStore {
  /**
   * Checks and stores a value. Processes apply it as they hear of it, within a second.
   * @throws AppError `setting_unknown`; `input_invalid` for a bad value; `setting_conflict` when the setting is not at
   * the expected revision any more; `settings_unavailable`
   */
  set(change: SettingChange): Promise<SettingRecord>;
  /**
   * The last 64 changes of a setting, the newest first; bad values, which count for nothing, with their faults.
   * @throws AppError `setting_unknown`, `settings_unavailable`
   */
  history(key: string): Promise<readonly SettingRecord[]>;
  /**
   * Sets what held at an earlier revision; without one, what held before the newest change.
   * @throws AppError `setting_unknown`; `setting_revision_unknown`; `setting_conflict`; `settings_unavailable`
   */
  rollback(
    change: Omit<SettingChange, "value"> & { readonly toRevision?: number | undefined },
  ): Promise<SettingRecord>;
  /** What was set last of every setting that ever was set, bad values and unknown keys too. @throws AppError `settings_unavailable` */
  list(): Promise<readonly SettingRecord[]>;
}

interface SettingsStoreDeps {
  readonly link: NatsLink;
  /** On how many servers of a cluster the bucket is kept; counts when it is created. 1 when left out. */
  readonly replicas?: number;
}

const bucketName = "settings";
/** The stream behind the bucket. For this folder alone. */
export const settingsStream = `KV_${bucketName}`;
const historyMax = 64;
const requestMs = 3_000;
/** JSStreamWrongLastSequenceErrF: somebody else was first. */
const wrongLastSequence = 10_071;

/** Opens the bucket; it is created where it is missing. For this folder alone. */
export function openSettingsBucket({ link, replicas = 1 }: SettingsStoreDeps): Promise<KV> {
  return link.connection
    .jetstream({ timeout: requestMs, checkAPI: false })
    .views.kv(bucketName, { history: historyMax, storage: StorageType.File, replicas });
}

/** Makes the store; the bucket is opened with each call, which are few. */
export function createSettingsStore(deps: SettingsStoreDeps): SettingsStore {
  const { link } = deps;

  async function withBucket<T>(work: (bucket: KV) => Promise<T>): Promise<T> {
    try {
      if (!link.isConnected()) throw new Error("NATS is not connected");
      return await work(await openSettingsBucket(deps));
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (error instanceof NatsError && error.api_error?.err_code === wrongLastSequence) {
        throw new AppError("setting_conflict", { cause: error });
      }
      throw new AppError("settings_unavailable", { cause: error });
    }
  }

  async function write(
    bucket: KV,
    { key, value, by, expectedRevision }: SettingChange,
  ): Promise<SettingRecord> {
    const revision = await bucket.put(
      key,
      JSON.stringify({ value, by }),
      expectedRevision === undefined ? {} : { previousSeq: expectedRevision },
    );
    const entry = await bucket.get(key, { revision });
    if (entry === null) throw new Error("what was written is not there");
    return settingRecordOf(entry);
  }

  return {
    set: (change) => withBucket((bucket) => write(bucket, { ...change, value: checked(change) })),
    history: (key) => withBucket((bucket) => readHistory(bucket, key)),
    rollback: (change) =>
      withBucket(async (bucket) => {
        const records = await readHistory(bucket, change.key);
        const [newest, ...older] = records;
        const { toRevision } = change;
        const good = (toRevision === undefined ? older : records).filter(({ fault }) => fault === undefined);
        const found =
          toRevision === undefined ? good[0] : good.find(({ revision }) => revision === toRevision);
        // Before the first change there was the default; a change that the history no longer has can't be known.
        const isFirst = toRevision === undefined && newest !== undefined && records.length < historyMax;
        if (found === undefined && !isFirst) throw new AppError("setting_revision_unknown");
        return write(bucket, { expectedRevision: newest?.revision, ...change, value: found?.value ?? null });
      }),
    list: () =>
      withBucket(async (bucket) => {
        const newest = new Map<string, SettingRecord>();
        for await (const entry of await bucket.history()) newest.set(entry.key, settingRecordOf(entry));
        return [...newest.values()];
      }),
  };
}

async function readHistory(bucket: KV, key: string): Promise<SettingRecord[]> {
  if (!isSettingName(key)) throw new AppError("setting_unknown");
  const records: SettingRecord[] = [];
  for await (const entry of await bucket.history({ key })) records.push(settingRecordOf(entry));
  return records.toReversed();
}

/** @throws AppError `setting_unknown`, `input_invalid` */
function checked({ key, value }: SettingChange): unknown {
  if (!isSettingName(key)) throw new AppError("setting_unknown");
  if (value === null) return null;
  const read = settingsTable[key].schema.safeParse(value);
  if (read.success) return read.data;
  const issues = read.error.issues.map(
    ({ path, message }): InputIssue => ({ path: [key, ...path.map(String)].join("."), message }),
  );
  throw new AppError("input_invalid", { issues });
}
