import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

const accountSchema = z.object({ name: z.string(), password: z.string(), token: z.string() });
const fileSchema = z.record(z.string(), z.array(accountSchema));

/** A login that a crowd made for itself. */
export type Account = z.infer<typeof accountSchema>;

function readAll(file: string): z.infer<typeof fileSchema> {
  if (!existsSync(file)) return {};
  // A file that makes no sense is as good as none: the accounts are made again.
  const parsed = fileSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  return parsed.success ? parsed.data : {};
}

/** The accounts of earlier crowds, of every api they were at. */
export interface AccountFile {
  read(api: string): readonly Account[];
  write(api: string, accounts: readonly Account[]): void;
}

/** Keeps accounts in `file`, which only its owner may read. */
export function createAccountFile(file: string): AccountFile {
  return {
    read: (api) => readAll(file)[api] ?? [],
    write(api, accounts) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify({ ...readAll(file), [api]: accounts }, null, 1), { mode: 0o600 });
    },
  };
}
