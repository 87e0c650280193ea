import type { Logger } from "../log/create-logger.ts";
import type { Service } from "./service.ts";

interface StopOptions {
  readonly logger: Logger;
  readonly deadlineMs: number;
}

/** Left to a service after its signal has aborted. */
const graceMs = 250;

/**
 * Stops services in reverse order, all within one deadline; when it passes, the rest are told to hurry and not waited
 * for longer than a moment. @returns whether all stopped in time and without an error.
 */
export async function stopServices(
  services: readonly Service[],
  { logger, deadlineMs }: StopOptions,
): Promise<boolean> {
  const deadline = AbortSignal.timeout(deadlineMs);
  let clean = true;
  for (const service of services.toReversed()) {
    try {
      const stopped = await Promise.race([
        Promise.resolve(service.stop(deadline)).then(() => true),
        grace(deadline),
      ]);
      if (stopped) continue;
      logger.error({ service: service.name, deadlineMs }, "service did not stop in time");
    } catch (error) {
      logger.error({ error, service: service.name }, "service failed to stop");
    }
    clean = false;
  }
  return clean;
}

async function grace(deadline: AbortSignal): Promise<false> {
  const passed = Promise.withResolvers<void>();
  if (deadline.aborted) passed.resolve();
  deadline.addEventListener("abort", () => passed.resolve(), { once: true });
  await passed.promise;
  await Bun.sleep(graceMs);
  return false;
}
