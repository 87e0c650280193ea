import {
  type LiveSettings,
  type SettingAuthor,
  type SettingName,
  type SettingRecord,
  type SettingsStore,
  settingNames,
  settingsTable,
} from "@barrage/platform";
import type { UserRef } from "@barrage/protocol";
import { z } from "zod";

/** One change of a setting, as it is shown. */
export interface SettingChangeView {
  readonly revision: number;
  readonly atMs: number;
  /** `id` is null for the operator's command; null where it can't be read. */
  readonly by: SettingAuthor | null;
  /** null: back to the default. */
  readonly value: unknown;
  /** Why this value counts for nothing; null for a good one. */
  readonly fault: string | null;
}

/** A setting, as it is shown. */
export interface SettingView {
  readonly key: string;
  readonly description: string;
  readonly unit: string | null;
  /** The variable by which a process' environment gives another default. */
  readonly env: string | null;
  /** JSON Schema of the value. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly default: unknown;
  /** What holds in the process that answers. */
  readonly value: unknown;
  /** The newest change; null: it was never set. What holds is older when this has a fault. */
  readonly change: SettingChangeView | null;
}

/** All settings, and what stands in the bucket without meaning anything to this version. */
export interface SettingsView {
  readonly settings: readonly SettingView[];
  readonly unknown: readonly { readonly key: string; readonly revision: number; readonly atMs: number }[];
}

/** What administrators do with the live settings. All throw AppError `settings_unavailable` while NATS can't be reached. */
export interface ConfigService {
  list(): Promise<SettingsView>;
  /** See {@link SettingsStore.set}. */
  set(user: UserRef, change: Omit<Parameters<SettingsStore["set"]>[0], "by">): Promise<SettingChangeView>;
  /** See {@link SettingsStore.history}. */
  history(key: string): Promise<readonly SettingChangeView[]>;
  /** See {@link SettingsStore.rollback}. */
  rollback(
    user: UserRef,
    change: Omit<Parameters<SettingsStore["rollback"]>[0], "by">,
  ): Promise<SettingChangeView>;
}

interface ConfigServiceDeps {
  readonly settings: Pick<LiveSettings, "get">;
  readonly store: SettingsStore;
  /** Told of each change, for the log. */
  readonly onChanged: (change: {
    readonly key: string;
    readonly revision: number;
    readonly by: string;
  }) => void;
}

/** Makes the service. */
export function createConfigService({ settings, store, onChanged }: ConfigServiceDeps): ConfigService {
  const authorOf = ({ id, name }: UserRef): SettingAuthor => ({ id, name });

  function changed(record: SettingRecord, { id }: UserRef): SettingChangeView {
    onChanged({ key: record.key, revision: record.revision, by: id });
    return changeView(record);
  }

  return {
    async list() {
      const newest = new Map((await store.list()).map((record) => [record.key, record]));
      const isKnown: ReadonlySet<string> = new Set(settingNames);
      return {
        settings: settingNames.map((key) => settingView(key, settings.get(key), newest.get(key))),
        unknown: [...newest.values()]
          .filter(({ key }) => !isKnown.has(key))
          .map(({ key, revision, atMs }) => ({ key, revision, atMs })),
      };
    },
    set: async (user, change) => changed(await store.set({ ...change, by: authorOf(user) }), user),
    history: async (key) => (await store.history(key)).map(changeView),
    rollback: async (user, change) => changed(await store.rollback({ ...change, by: authorOf(user) }), user),
  };
}

const changeView = ({ revision, atMs, by, value, fault }: SettingRecord): SettingChangeView => ({
  revision,
  atMs,
  by,
  value,
  fault: fault ?? null,
});

function settingView(key: SettingName, value: unknown, record: SettingRecord | undefined): SettingView {
  const { description, unit, env, schema, default: usual } = settingsTable[key];
  return {
    key,
    description,
    unit,
    env,
    schema: z.toJSONSchema(schema, { io: "input" }),
    default: usual,
    value,
    change: record === undefined ? null : changeView(record),
  };
}
