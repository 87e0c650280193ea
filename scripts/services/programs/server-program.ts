/** A way to run one server: found on this machine, unpacked into our cache, or inside a container. */
export interface ServerProgram {
  /** The whole command line; `dataDir` and `ports` are what a container must be given access to. */
  readonly command: (args: readonly string[], access: ProgramAccess) => readonly string[];
  readonly env: Record<string, string>;
  /** What the server must bind: a container's loopback address can't be reached from outside it. */
  readonly bindAddress: "127.0.0.1" | "0.0.0.0";
}

export interface ProgramAccess {
  readonly dataDir: string;
  readonly ports: readonly number[];
}

/** What is known of a server before it has been found: its names in the places we look. */
export interface ProgramNames {
  readonly title: string;
  /** Executables, the preferred one first. */
  readonly executables: readonly string[];
  readonly homebrewFormulas: readonly string[];
  readonly dockerImage: string;
}

export interface FindProgramOptions {
  readonly names: ProgramNames;
  readonly cacheDir: string;
  readonly onProgress?: ((message: string) => void) | undefined;
}

/** A program that runs on this machine itself. */
export function nativeProgram(path: string, env: Record<string, string> = {}): ServerProgram {
  return { command: (args) => [path, ...args], env, bindAddress: "127.0.0.1" };
}
