import { chownSync } from "node:fs";

const nobody = 65_534;

/** PostgreSQL refuses to run as root: as which user it runs, and who must own its files. */
export interface PostgresIdentity {
  /** Put before the command line. */
  readonly prefix: readonly string[];
  readonly own: (path: string) => void;
}

/**
 * As a normal user: ourselves. As root (a container, usually): `nobody`, with the one capability to pass
 * through folders it may not read, since a checkout often lies below a home with mode 0700.
 * @throws Error when we are root and can't become anyone else.
 */
export function postgresIdentity(): PostgresIdentity {
  if (process.getuid?.() !== 0) return { prefix: [], own: () => {} };
  const setpriv = Bun.which("setpriv");
  if (setpriv === null) {
    throw new Error(
      "PostgreSQL does not run as root, and `setpriv` (package util-linux) is missing: run this as a normal " +
        "user, or name a running PostgreSQL in DATABASE_URL.",
    );
  }
  const prefix = [
    setpriv,
    `--reuid=${nobody}`,
    `--regid=${nobody}`,
    "--clear-groups",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
    "--securebits=+no_setuid_fixup",
    "--",
  ];
  return { prefix, own: (path) => chownSync(path, nobody, nobody) };
}
