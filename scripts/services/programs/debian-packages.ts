import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { processInfo } from "../../process/process-info.ts";
import { runCommand, runOrThrow } from "../../process/run-command.ts";

export interface DebianPackagesOptions {
  readonly packages: readonly string[];
  readonly cacheDir: string;
  readonly onProgress?: ((message: string) => void) | undefined;
}

/** A tree of unpacked packages and what programs in it need to find their libraries. */
export interface UnpackedPackages {
  readonly root: string;
  readonly env: Record<string, string>;
}

// What a server's packages pull in for a whole installation and a server alone never opens.
const notNeeded = /^(perl|perl-.*|locales|adduser|init-system-helpers|lsb-base|tzdata|ucf|dbus.*|systemd.*)$/;

/** Tells whether this machine has what {@link unpackDebianPackages} needs. */
export function hasDebianPackages(): boolean {
  return process.platform === "linux" && Bun.which("apt-get") !== null && Bun.which("dpkg-deb") !== null;
}

/**
 * Fetches packages and what they depend on from the distribution's own archive and unpacks them into a folder
 * of the cache. Works as any user and installs nothing: apt runs on private lists, only to plan and download.
 * A second process may do the same at once; the first to finish wins.
 * @throws Error with what apt said.
 */
export async function unpackDebianPackages(options: DebianPackagesOptions): Promise<UnpackedPackages> {
  const home = homeOf(options);
  if (!existsSync(home)) await fetchOnce(home, options);
  return { root: home, env: libraryEnv(home) };
}

// Module state, on purpose: two servers that need the same packages at the same time wait for one fetch.
const underWay = new Map<string, Promise<void>>();

function fetchOnce(home: string, options: DebianPackagesOptions): Promise<void> {
  let fetching = underWay.get(home);
  if (fetching === undefined) {
    fetching = fetchInto(home, options).finally(() => underWay.delete(home));
    underWay.set(home, fetching);
  }
  return fetching;
}

/** The tree that an earlier {@link unpackDebianPackages} left in the cache, if any; fetches nothing. */
export function unpackedPackages(options: DebianPackagesOptions): UnpackedPackages | null {
  const home = homeOf(options);
  return existsSync(home) ? { root: home, env: libraryEnv(home) } : null;
}

function homeOf({ cacheDir, packages }: DebianPackagesOptions): string {
  return join(resolve(cacheDir), systemKey(), packages.join("+"));
}

async function fetchInto(home: string, { packages, onProgress }: DebianPackagesOptions): Promise<void> {
  removeLeftovers(home);
  const work = `${home}.${process.pid}.tmp`;
  const archives = join(work, "archives");
  const root = join(work, "root");
  for (const folder of [join(work, "lists/partial"), join(archives, "partial"), root]) {
    mkdirSync(folder, { recursive: true });
  }
  try {
    const apt = privateApt(work);
    onProgress?.(`reading the distribution's package lists, for ${packages.join(", ")}`);
    const needed = await plan(apt, packages);
    onProgress?.(`downloading ${needed.length} packages, for ${packages.join(", ")}`);
    await runOrThrow([...apt, "download", ...needed], { env: quietly(), cwd: archives, deadlineMs: 600_000 });
    for (const file of readdirSync(archives).filter((name) => name.endsWith(".deb"))) {
      await runOrThrow(["dpkg-deb", "-x", join(archives, file), root], { deadlineMs: 120_000 });
    }
    publish(root, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What a fetch that was killed could not clean up. */
function removeLeftovers(home: string): void {
  const folder = dirname(home);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith(".tmp"))) {
    const pid = Number(name.split(".").at(-2));
    if (processInfo(pid) === null) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** The packages to download: the wanted ones and all they need that this machine has not installed. */
async function plan(apt: readonly string[], packages: readonly string[]): Promise<string[]> {
  const env = quietly();
  // One broken third-party source fails the whole update while the archive itself was read: the plan decides.
  const update = await runCommand([...apt, "update"], { env, deadlineMs: 180_000 });
  const simulate = [...apt, "install", "--no-install-recommends", "--simulate", "--yes", ...packages];
  const planned = await runCommand(simulate, { env, deadlineMs: 60_000 });
  if (planned.code !== 0) throw new Error(`apt-get: ${`${update.stderr}${planned.stderr}`.trim()}`);
  const wanted = [...planned.stdout.matchAll(/^Inst (\S+) /gm)].flatMap((match) => match[1] ?? []);
  return wanted.filter((name) => !notNeeded.test(name));
}

function quietly(): Record<string, string | undefined> {
  return { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
}

function privateApt(work: string): string[] {
  const settings = [
    `Dir::State=${work}`,
    `Dir::State::lists=${work}/lists`,
    "Dir::State::status=/var/lib/dpkg/status",
    `Dir::Cache=${work}`,
    "Debug::NoLocking=1",
    "APT::Sandbox::User=", // apt's own user could not write below a home with mode 0700
    "Acquire::http::Timeout=30",
    "Acquire::https::Timeout=30",
  ];
  return ["apt-get", "-qq", ...settings.flatMap((setting) => ["-o", setting])];
}

/** A rename is all or nothing: an interrupted fetch never looks like a finished one. */
function publish(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}

/** Unpacked libraries fit one release and one processor only; a checkout may be shared between several. */
function systemKey(): string {
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  const value = (name: string) => new RegExp(`^${name}="?([\\w.-]+)"?$`, "m").exec(release)?.[1] ?? "unknown";
  return `${value("ID")}-${value("VERSION_ID")}-${process.arch}`;
}

function libraryEnv(root: string): Record<string, string> {
  const triplet = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  const folders = ["usr/lib", "lib"].flatMap((base) => [
    join(root, base, triplet),
    join(root, base, triplet, "pulseaudio"), // Chromium's sound library keeps a private one there
  ]);
  const inherited = process.env["LD_LIBRARY_PATH"];
  return { LD_LIBRARY_PATH: [...folders.filter(existsSync), ...(inherited ? [inherited] : [])].join(":") };
}
