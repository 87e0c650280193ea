import { describe, expect, test } from "bun:test";
import { createLogger } from "../log/create-logger.ts";
import { currentTraceparent, withSpan } from "./span.ts";
import { startTelemetry } from "./start-telemetry.ts";

const logger = createLogger({ name: "test", level: "silent" });
const traceId = "0af7651916cd43dd8448eb211c80319c";
const decoder = new TextDecoder("latin1");

describe("telemetry", () => {
  test("does nothing without an endpoint; with one, spans continue the caller's trace and reach the collector", async () => {
    expect(await withSpan("nobody", {}, async () => currentTraceparent())).toBeUndefined();

    const bodies: string[] = [];
    const collector = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      async fetch(request) {
        if (new URL(request.url).pathname === "/v1/traces")
          bodies.push(decoder.decode(await request.bytes()));
        return new Response(null);
      },
    });
    const telemetry = await startTelemetry({
      serviceName: "test-service",
      endpoint: `http://127.0.0.1:${collector.port}/`,
      sampleRatio: 1,
      logger,
    });
    const lines: string[] = [];
    const log = createLogger({ name: "test", destination: { write: (line) => lines.push(line) } });
    log.info("outside");
    const inner = await withSpan("outer", { traceparent: `00-${traceId}-b7ad6b7169203331-01` }, () =>
      withSpan("inner", {}, async () => {
        await Bun.sleep(0);
        log.info("inside");
        return currentTraceparent();
      }),
    );
    expect(inner).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    // A line of the log leads to its trace, and a trace to its lines.
    expect(lines[0]).not.toContain("traceId");
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({ traceId, spanId: inner?.split("-")[2] });
    expect(withSpan("failing", {}, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await telemetry.stop(AbortSignal.timeout(5_000));
    await collector.stop(true);
    const sent = bodies.join("");
    for (const text of ["test-service", "outer", "inner", "failing"]) expect(sent).toContain(text);
  });
});
