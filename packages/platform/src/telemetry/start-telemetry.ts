import { context, propagation, trace } from "@opentelemetry/api";
import type { Service } from "../lifecycle/service.ts";
import type { Logger } from "../log/create-logger.ts";

interface TelemetryOptions {
  readonly serviceName: string;
  /** Base address of an OTLP/HTTP collector; undefined: no traces. */
  readonly endpoint: string | undefined;
  /** The share (0–1) of traces that begin here which are recorded; others follow whoever began them. */
  readonly sampleRatio: number;
  /** Callers are strangers, who could ask for every request to be recorded: only so many a second are believed. */
  readonly believedPerSecond?: number | undefined;
  readonly logger: Logger;
}

/** The SDK waits 7.5 s for a collector that is down. */
const exportTimeoutMs = 1_000;
const shutdownMs = 2_000;
/**
 * What waits for a collector that is down or slow: some 4 MB at most. Spans beyond it are dropped, and nobody waits: a
 * trace is worth less than any request. They go every 5 s, as OpenTelemetry has it, or
 * when 512 wait.
 */
const waitingSpans = { maxQueueSize: 2_048, maxExportBatchSize: 512, scheduledDelayMillis: 5_000 };

/**
 * Sends the process' spans to a collector. Without an endpoint nothing is even imported: the SDK takes 0.2 s to load,
 * and the OpenTelemetry API does nothing on its own. Stop it last: stopping sends the last spans.
 */
export async function startTelemetry(options: TelemetryOptions): Promise<Service> {
  const { serviceName, endpoint, logger } = options;
  if (endpoint === undefined) return { name: "telemetry", stop: () => undefined };
  const [{ NodeSDK }, { BatchSpanProcessor }, { OTLPTraceExporter }, { createSampler }] = await Promise.all([
    import("@opentelemetry/sdk-node"),
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/exporter-trace-otlp-proto"),
    import("./create-sampler.ts"),
  ]);
  const url = `${endpoint.replace(/\/$/, "")}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMs });
  const sdk = new NodeSDK({
    serviceName,
    autoDetectResources: false,
    sampler: createSampler({ ...options, nowMs: () => performance.now() }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter, exportTimeoutMillis: 2 * exportTimeoutMs, ...waitingSpans }),
    ],
    // Logs go to stdout, and metrics are fetched from us: empty lists keep the SDK from its defaults.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return {
    name: "telemetry",
    async stop() {
      try {
        await Promise.race([sdk.shutdown(), Bun.sleep(shutdownMs)]);
      } catch (error) {
        logger.warn({ error }, "the last spans could not be sent");
      }
      // The API keeps whom it was given first: without this, spans of a later start would go to this SDK and be lost.
      for (const api of [trace, context, propagation]) api.disable();
    },
  };
}
