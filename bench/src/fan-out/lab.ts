import type { ScenarioContext } from "../harness/scenario.ts";
import type { Lab } from "./measure-contestant.ts";
import { nativePrograms } from "./native-programs.ts";
import { createPinning } from "./pinning.ts";

/** Sockets beyond the viewers': listeners, the broker, logs. */
const otherFiles = 200;

/**
 * What the fan-out scenarios share: compiled programs and cores.
 * @throws Error that says what this machine lacks.
 */
export async function openLab(context: ScenarioContext, viewersMax: number): Promise<Lab> {
  const { stdout } = Bun.spawnSync(["/bin/sh", "-c", "ulimit -Hn"]);
  const said = stdout.toString().trim();
  const filesMax = said === "unlimited" ? Number.POSITIVE_INFINITY : Number(said);
  if (filesMax < viewersMax + otherFiles) {
    throw new Error(
      `${viewersMax} viewers need as many open files, and this shell allows ${said}: raise it ` +
        `(\`ulimit -n ${viewersMax + otherFiles}\`, as root or in limits.conf), or ask for fewer with --viewers`,
    );
  }
  context.progress("compiling bench/native");
  const programs = await nativePrograms();
  const pinning = createPinning();
  await pinning.pinOthers([process.pid, context.natsPid]);
  return { context, programs, pinning };
}
