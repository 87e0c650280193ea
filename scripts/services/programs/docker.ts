import { runCommand } from "../../process/run-command.ts";
import { findOnPath } from "./find-on-path.ts";
import type { FindProgramOptions, ServerProgram } from "./server-program.ts";

/** Runs the server's official image in the foreground; `null` without a Docker that answers. */
export async function dockerProgram({
  names,
  onProgress,
}: FindProgramOptions): Promise<ServerProgram | null> {
  const docker = findOnPath(["docker", "podman"]);
  if (docker === null) return null;
  if ((await runCommand([docker, "info"], { deadlineMs: 10_000 })).code !== 0) return null;
  const image = names.dockerImage;
  if ((await runCommand([docker, "image", "inspect", image], { deadlineMs: 10_000 })).code !== 0) {
    onProgress?.(`pulling the container image ${image}`);
    if ((await runCommand([docker, "pull", "--quiet", image], { deadlineMs: 600_000 })).code !== 0)
      return null;
  }
  return {
    // The data folder keeps its path and the ports their numbers, so arguments mean the same inside. The client
    // stays in the foreground and passes our stop signal on to the container.
    command: (args, { dataDir, ports }) => {
      const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
      const publish = ports.map((port) => `--publish=127.0.0.1:${port}:${port}`);
      const flags = ["--rm", "--init", `--user=${user}`, `--volume=${dataDir}:${dataDir}`, ...publish];
      return [docker, "run", ...flags, image, ...args];
    },
    env: {},
    bindAddress: "0.0.0.0",
  };
}
