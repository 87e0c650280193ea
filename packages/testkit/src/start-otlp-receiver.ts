import protobuf from "protobufjs";

/** A span as it came. Ids are hexadecimal; `parentId` is empty for the first of a trace. */
export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly kind: "internal" | "server" | "client" | "producer" | "consumer";
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly failed: boolean;
}

/** A collector of traces for tests: `await using otlp = startOtlpReceiver()`. */
export interface OtlpReceiver extends AsyncDisposable {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** Everything that has come so far. */
  spans(): readonly ReceivedSpan[];
  /** Hangs from now on: what comes is not taken. @returns what ends that; who waits is then told to try again. */
  pause(): () => void;
}

/** The part of opentelemetry-proto (trace/v1/trace.proto) that is read here. */
const proto = `
syntax = "proto3";
message Request { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeSpans { repeated Span spans = 2; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
message Link { bytes trace_id = 1; bytes span_id = 2; }
message Status { int32 code = 3; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
  repeated KeyValue attributes = 9; repeated Link links = 13; Status status = 15;
}`;

interface Value {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: number;
  readonly doubleValue?: number;
}

interface KeyValue {
  readonly key: string;
  readonly value?: Value;
}

interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind?: number;
  readonly attributes?: readonly KeyValue[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: number };
}

interface WireRequest {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans?: readonly { readonly spans?: readonly WireSpan[] }[];
  }[];
}

const kinds = ["internal", "internal", "server", "client", "producer", "consumer"] as const;
const failedStatus = 2;

/** Starts a collector on a free port that keeps what it gets. */
export function startOtlpReceiver(): OtlpReceiver {
  const requestType = protobuf.parse(proto).root.lookupType("Request");
  const received: ReceivedSpan[] = [];
  let hanging: Promise<void> | undefined;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      if (new URL(request.url).pathname !== "/v1/traces") return new Response(null, { status: 404 });
      const body = await request.bytes();
      if (hanging !== undefined) {
        await hanging;
        return new Response(null, { status: 503 });
      }
      const bytes = request.headers.get("content-encoding") === "gzip" ? Bun.gunzipSync(body) : body;
      const decoded: WireRequest = requestType.toObject(requestType.decode(bytes), {
        bytes: String,
        longs: Number,
      });
      received.push(...spansOf(decoded));
      return new Response(null);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    spans: () => received,
    pause() {
      const { promise, resolve } = Promise.withResolvers<void>();
      hanging = promise;
      return () => {
        hanging = undefined;
        resolve();
      };
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

function spansOf({ resourceSpans = [] }: WireRequest): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const service = String(valuesOf(resource?.attributes)["service.name"] ?? "");
    return scopeSpans.flatMap(({ spans = [] }) => spans.map((span) => toReceived(service, span)));
  });
}

function toReceived(service: string, span: WireSpan): ReceivedSpan {
  return {
    service,
    name: span.name,
    kind: kinds[span.kind ?? 0] ?? "internal",
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentId: hex(span.parentSpanId ?? ""),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId: hex(traceId), spanId: hex(spanId) })),
    attributes: valuesOf(span.attributes),
    failed: span.status?.code === failedStatus,
  };
}

function valuesOf(attributes: readonly KeyValue[] = []): Record<string, string | number | boolean> {
  return Object.fromEntries(
    attributes.map(({ key, value = {} }) => {
      const { stringValue, boolValue, intValue, doubleValue } = value;
      return [key, stringValue ?? boolValue ?? intValue ?? doubleValue ?? ""];
    }),
  );
}

/** protobufjs gives bytes as base64. */
function hex(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex");
}
