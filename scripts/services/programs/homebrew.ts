import { runCommand } from "../../process/run-command.ts";
import { findOnPath } from "./find-on-path.ts";
import { type FindProgramOptions, nativeProgram, type ServerProgram } from "./server-program.ts";

/** Installs the first formula that Homebrew has; `null` without Homebrew or when none can be installed. */
export async function homebrewProgram({
  names,
  onProgress,
}: FindProgramOptions): Promise<ServerProgram | null> {
  const brew = findOnPath(["brew"]);
  if (brew === null) return null;
  for (const formula of names.homebrewFormulas) {
    onProgress?.(`installing ${formula} with Homebrew`);
    const env = { ...process.env, HOMEBREW_NO_AUTO_UPDATE: "1", HOMEBREW_NO_INSTALL_CLEANUP: "1" };
    const result = await runCommand([brew, "install", "--quiet", formula], { env, deadlineMs: 900_000 });
    const path = result.code === 0 ? findOnPath(names.executables) : null;
    if (path !== null) return nativeProgram(path);
  }
  return null;
}
