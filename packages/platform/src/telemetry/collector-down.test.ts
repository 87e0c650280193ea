import { expect, test } from "bun:test";
import { startOtlpReceiver } from "@barrage/testkit";
import { createLogger } from "../log/create-logger.ts";
import { withSpanNow } from "./span.ts";
import { startTelemetry } from "./start-telemetry.ts";

const spanCount = 20_000;
/** What may wait, and what may be under way. */
const keptMax = 2_048 + 512;

test("a collector that does not answer costs its spans alone: nobody waits, a bounded number is kept, and stopping ends", async () => {
  await using receiver = startOtlpReceiver();
  const release = receiver.pause();
  const telemetry = await startTelemetry({
    serviceName: "patient",
    endpoint: receiver.url,
    sampleRatio: 1,
    logger: createLogger({ name: "test", level: "silent" }),
  });
  let done = 0;
  for (let round = 0; round < 20; round++) {
    for (let span = 0; span < spanCount / 20; span++) withSpanNow("work", {}, () => done++);
    // Lets the exporter try, so that it is not only the turn of the loop that keeps it from sending.
    await Bun.sleep(1);
  }
  expect(done).toBe(spanCount);
  release();
  await telemetry.stop(AbortSignal.timeout(5_000));
  expect(receiver.spans().length).toBeGreaterThan(0);
  expect(receiver.spans().length).toBeLessThanOrEqual(keptMax);
}, 20_000);

test("of callers that ask for their requests to be recorded, only so many are believed; our own are, all", async () => {
  const { createSampler } = await import("./create-sampler.ts");
  const { ROOT_CONTEXT, SpanKind, trace, TraceFlags } = await import("@opentelemetry/api");
  const { SamplingDecision } = await import("@opentelemetry/sdk-trace");
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const asked = (isRemote: boolean) =>
    trace.setSpanContext(ROOT_CONTEXT, {
      traceId,
      spanId: "b7ad6b7169203331",
      traceFlags: TraceFlags.SAMPLED,
      isRemote,
    });
  let nowMs = 0;
  const sampler = createSampler({ sampleRatio: 0, believedPerSecond: 10, nowMs: () => nowMs });
  const recorded = (isRemote: boolean) =>
    Array.from({ length: 100 }, () =>
      sampler.shouldSample(asked(isRemote), traceId, "span", SpanKind.SERVER, {}, []),
    ).filter(({ decision }) => decision === SamplingDecision.RECORD_AND_SAMPLED).length;
  expect(recorded(true)).toBe(10);
  expect(recorded(true)).toBe(0);
  expect(recorded(false)).toBe(100);
  nowMs = 1_000;
  expect(recorded(true)).toBe(10);
});
