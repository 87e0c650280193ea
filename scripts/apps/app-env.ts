import { glibcTunables } from "./glibc-tunables.ts";

/** The apps, in the order in which they can be started. */
export const appNames = ["api", "realtime", "worker", "web"] as const;
export type AppName = (typeof appNames)[number];

/**
 * What a process needs of our shell to find programs, files and other machines. Everything else an app gets by name: a
 * setting that some shell happens to hold makes no other app of it.
 */
const inheritedNames = new Set(
  `PATH HOME USER LOGNAME SHELL TMPDIR XDG_CACHE_HOME XDG_RUNTIME_DIR LANG LANGUAGE TZ TERM COLORTERM
   LD_LIBRARY_PATH LD_PRELOAD DYLD_LIBRARY_PATH GLIBC_TUNABLES SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS
   HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy
   BUN_INSTALL BUN_INSTALL_CACHE_DIR BUN_TMPDIR BUN_RUNTIME_TRANSPILER_CACHE_PATH`.split(/\s+/),
);
/** The locale's parts. */
const inheritedPrefix = "LC_";

export type AppVariables = Readonly<Record<string, string>>;

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of an app's process: of ours what every program needs, the way to copy, and the given settings. */
export function appEnv(variables: AppVariables, shell: Environment = process.env): Record<string, string> {
  const inherited = Object.entries(shell).flatMap(([name, value]) =>
    value !== undefined && (inheritedNames.has(name) || name.startsWith(inheritedPrefix))
      ? [[name, value] as const]
      : [],
  );
  return { GLIBC_TUNABLES: glibcTunables, ...Object.fromEntries(inherited), ...variables };
}
