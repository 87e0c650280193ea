import { expect, test } from "bun:test";
import { devAppVariables } from "./dev-app-variables.ts";
import { devPorts } from "./dev-options.ts";

const s3 = { url: "http://s3", publicUrl: "http://s3", accessKeyId: "id", secretAccessKey: "secret" };

test("apps use the region and buckets that the shell names, which dev sets up, and no other setting of it", () => {
  const named = { S3_REGION: "eu-1", S3_ARCHIVE_BUCKET: "my-archive", S3_MEDIA_BUCKET: "my-media" };
  const variables = devAppVariables({
    ports: devPorts(20_000),
    services: { databaseUrl: "postgres://x", redisUrl: "redis://x", natsUrl: "nats://x", s3 },
    realtimeProcesses: "1",
    logLevel: "info",
    otlpEndpoint: undefined,
    tracesUrl: undefined,
    environment: { ...named, TICK_MS_MAX: "200", PORT: "1" },
  });
  for (const app of ["api", "realtime", "worker"] as const) {
    expect(variables[app]).toMatchObject(named);
    expect(variables[app]).not.toHaveProperty("TICK_MS_MAX");
    expect(variables[app]["PORT"]).not.toBe("1");
  }
});
