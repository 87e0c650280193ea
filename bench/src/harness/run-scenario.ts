import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp } from "@barrage/scripts/apps";
import { startNats, startRedis } from "@barrage/scripts/services";
import type { Measure, Scenario, ScenarioContext } from "./scenario.ts";

type RunOptions = Pick<
  ScenarioContext,
  "seconds" | "isQuick" | "viewers" | "contestants" | "progress" | "print" | "note"
>;

/** Runs a scenario on servers of its own, with data of their own, which are gone afterwards. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<readonly Measure[]> {
  await using stack = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), "barrage-bench-"));
  stack.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const { progress } = options;
  progress("starting servers");
  const server = (name: string) => ({
    dataDir: join(dataDir, name),
    removeDataDirWhenOrphaned: true,
    onProgress: progress,
  });
  const nats = await startNats(server("nats"));
  stack.defer(() => nats.stop());
  const redis = await startRedis(server("redis"));
  stack.defer(() => redis.stop());
  const shared = {
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    TICKET_SECRET: "for measurements alone, on loopback",
    HOST: "127.0.0.1",
    PORT: "0",
    LOG_LEVEL: "info",
  };
  return await scenario.run({
    ...options,
    natsUrl: nats.url,
    natsPid: nats.pid,
    natsMonitorUrl: nats.monitorUrl,
    async startApp(name, variables = {}) {
      const app = await startApp({ name, variables: { ...shared, ...variables } });
      stack.defer(async () => {
        await app.stop();
      });
      return app;
    },
  });
}
