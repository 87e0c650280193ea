import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { provideTraceViewer } from "./trace-viewer.ts";

test("a collector that the environment names is used as it is, and nothing is started for it", async () => {
  const viewer = await provideTraceViewer({
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: "https://traces.example" },
    dataDir: tmpdir(),
    signal: AbortSignal.timeout(1_000),
    step: () => expect.unreachable(),
  });
  expect(viewer).toMatchObject({ endpoint: "https://traces.example", pageUrl: undefined });
  await viewer?.stop();
});
