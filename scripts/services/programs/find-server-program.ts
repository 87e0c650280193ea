import { existsSync } from "node:fs";
import { join } from "node:path";
import { hasDebianPackages, unpackDebianPackages } from "./debian-packages.ts";
import { dockerProgram } from "./docker.ts";
import { findOnPath } from "./find-on-path.ts";
import { homebrewProgram } from "./homebrew.ts";
import { type FindProgramOptions, nativeProgram, type ServerProgram } from "./server-program.ts";

/**
 * Finds a server, from the least intrusive place to the most: what is installed, the distribution's packages
 * unpacked into our cache, Homebrew, Docker.
 * @throws Error that says what was tried and what the reader can do.
 */
export async function findServerProgram(options: FindProgramOptions): Promise<ServerProgram> {
  const { names } = options;
  const installed = findOnPath(names.executables);
  if (installed !== null) return nativeProgram(installed);
  let debianSaid = "no apt-get here";
  if (hasDebianPackages()) {
    try {
      return await fromDebian(options);
    } catch (error) {
      debianSaid = error instanceof Error ? error.message : String(error);
    }
  }
  const other = (await homebrewProgram(options)) ?? (await dockerProgram(options));
  if (other !== null) return other;
  throw new Error(
    [
      `${names.title} was not found and could not be fetched:`,
      `  - not on the PATH: ${names.executables.join(", ")}`,
      `  - Debian or Ubuntu packages (${serverPackages.join(", ")}): ${debianSaid}`,
      `  - Homebrew (${names.homebrewFormulas.join(", ")}) and Docker (${names.dockerImage}): neither is here or works`,
      `Install ${names.title} in any way you like, or name a running one in the environment (see the README).`,
    ].join("\n"),
  );
}

// Fetched together: reading the package lists costs ten times what the packages themselves do. Debian's
// `redis-server` is a link into `redis-tools`, which apt brings along.
const serverPackages = ["nats-server", "redis-server"] as const;

async function fromDebian({ names, cacheDir, onProgress }: FindProgramOptions): Promise<ServerProgram> {
  const { root, env } = await unpackDebianPackages({ packages: serverPackages, cacheDir, onProgress });
  for (const name of names.executables) {
    const path = ["usr/bin", "usr/sbin"].map((folder) => join(root, folder, name)).find(existsSync);
    if (path !== undefined) return nativeProgram(path, env);
  }
  throw new Error(`${serverPackages.join(", ")} hold none of ${names.executables.join(", ")}`);
}
