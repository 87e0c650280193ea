// Daemons live in sbin, which a normal user's PATH often lacks; Homebrew's folder is missing from the PATH of
// programs started outside a login shell.
const moreFolders = [
  "/usr/local/sbin",
  "/usr/sbin",
  "/opt/homebrew/bin",
  "/usr/local/bin",
  "/home/linuxbrew/.linuxbrew/bin",
];

/** The first of these executables that is installed, as an absolute path. */
export function findOnPath(executables: readonly string[]): string | null {
  const PATH = [process.env["PATH"] ?? "", ...moreFolders].join(":");
  for (const name of executables) {
    const path = Bun.which(name, { PATH });
    if (path !== null) return path;
  }
  return null;
}
