import { idSchema } from "@barrage/protocol";
import type { KvEntry } from "nats";
import { z } from "zod";
import { parseJson } from "../nats/parse-json.ts";
import { isSettingName, settingsTable } from "./settings-table.ts";

/** Who changed a setting: a user, or (without an id) whoever ran the operator's command. */
export const settingAuthorSchema = z.object({ id: idSchema.nullable(), name: z.string().min(1).max(100) });

/** Who changed a setting. */
export type SettingAuthor = z.infer<typeof settingAuthorSchema>;

/** What is stored under a key. Unknown fields are of a newer version, and left alone. */
export const storedSettingSchema = z.object({
  /** null: the default. */
  value: z.unknown(),
  by: settingAuthorSchema,
});

/** One change of a setting, as it stands in the bucket. */
export interface SettingRecord {
  readonly key: string;
  /** Grows with every change of any setting. */
  readonly revision: number;
  /** By the clock of the NATS server. */
  readonly atMs: number;
  /** null where it can't be read. */
  readonly by: SettingAuthor | null;
  /** As it is meant; null: the default. */
  readonly value: unknown;
  /** Why it counts for nothing: the value before it holds. Undefined for a good one. */
  readonly fault: string | undefined;
}

/** Reads an entry of the bucket; what is wrong with it is said, and never thrown. */
export function settingRecordOf(entry: KvEntry): SettingRecord {
  const place = { key: entry.key, revision: entry.revision, atMs: entry.created.getTime() };
  if (!isSettingName(entry.key)) {
    return { ...place, by: null, value: null, fault: "no setting that this version knows" };
  }
  // Nobody of ours deletes: it would take the history's author. By hand it means the default.
  if (entry.operation !== "PUT") return { ...place, by: null, value: null, fault: undefined };
  const stored = storedSettingSchema.safeParse(parseJson(entry.string()));
  if (!stored.success) return { ...place, by: null, value: null, fault: "not written by Barrage" };
  const { value, by } = stored.data;
  if (value === null) return { ...place, by, value, fault: undefined };
  const read = settingsTable[entry.key].schema.safeParse(value);
  if (read.success) return { ...place, by, value: read.data, fault: undefined };
  return { ...place, by, value, fault: read.error.issues.map(({ message }) => message).join("; ") };
}
