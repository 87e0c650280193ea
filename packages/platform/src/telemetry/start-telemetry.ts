import type { Service } from "../lifecycle/service.ts";
import type { Logger } from "../log/create-logger.ts";

interface TelemetryOptions {
  readonly serviceName: string;
  /** Base address of an OTLP/HTTP collector; undefined: no traces. */
  readonly endpoint: string | undefined;
  readonly logger: Logger;
}

/** The SDK waits 7.5 s for a collector that is down. */
const exportTimeoutMs = 1_000;
const shutdownMs = 2_000;

/**
 * Sends the process' spans to a collector. Without an endpoint nothing is even imported: the SDK takes 0.2 s to load,
 * and the OpenTelemetry API does nothing on its own. Stop it last: stopping sends the last spans.
 */
export async function startTelemetry({ serviceName, endpoint, logger }: TelemetryOptions): Promise<Service> {
  if (endpoint === undefined) return { name: "telemetry", stop: () => undefined };
  const [{ NodeSDK }, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/sdk-node"),
    import("@opentelemetry/exporter-trace-otlp-proto"),
  ]);
  const url = `${endpoint.replace(/\/$/, "")}/v1/traces`;
  const sdk = new NodeSDK({
    serviceName,
    autoDetectResources: false,
    traceExporter: new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMs }),
    // Logs go to stdout, and we have no metrics by OTLP: empty lists keep the SDK from its defaults.
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
    },
  };
}
