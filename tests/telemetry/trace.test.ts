import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import type { AppRouter } from "@barrage/api";
import { type ReceivedSpan, startOtlpReceiver, waitFor } from "@barrage/testkit";
import { createTRPCClient, httpLink } from "@trpc/client";
import { startPlatformStack } from "../cluster/platform-stack.ts";

const viewerCount = 3;

/** A trace as the web app begins one with a click. */
function click({ sampled = true } = {}) {
  const traceId = randomBytes(16).toString("hex");
  const spanId = randomBytes(8).toString("hex");
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${sampled ? "01" : "00"}` };
}

/** Watches a room over server-sent events. @returns what has come so far, and how to leave. */
function watch(url: string, room: string) {
  const leaving = new AbortController();
  let text = "";
  const reading = (async () => {
    const response = await fetch(`${url}/rooms/${room}/events`, { signal: leaving.signal });
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  })().catch(() => undefined);
  const leave = async () => {
    leaving.abort();
    await reading;
  };
  return { text: () => text, [Symbol.asyncDispose]: leave };
}

/** The one span of a trace with this name and service, and no other. */
function only(spans: readonly ReceivedSpan[], service: string, name: string): ReceivedSpan {
  const found = spans.filter((span) => span.service === service && span.name.startsWith(name));
  expect(found.map((span) => `${span.service}: ${span.name}`)).toEqual([`${service}: ${found[0]?.name}`]);
  const [span] = found;
  if (span === undefined) throw new Error(`no span ${name} of ${service}`);
  return span;
}

/** The servers that a span's work asked. */
function systemsBelow({ spanId }: ReceivedSpan, spans: readonly ReceivedSpan[]) {
  return spans
    .filter(({ parentId }) => parentId === spanId)
    .map(({ attributes }) => attributes["db.system.name"]);
}

test("a click is one trace through api, Postgres, Redis, JetStream, worker and realtime to the write of its batch", async () => {
  await using otlp = startOtlpReceiver();
  await using stack = await startPlatformStack({
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
    // What begins without a click is not of interest here.
    OTEL_TRACES_SAMPLER_ARG: "0",
  });
  const api = (token: string | null, traceparent?: string) =>
    createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: `${stack.api.url}/trpc`,
          headers: {
            "x-barrage-client": "test",
            ...(token === null ? {} : { authorization: `Bearer ${token}` }),
            ...(traceparent === undefined ? {} : { traceparent }),
          },
        }),
      ],
    });
  const traceOf = (traceId: string) => otlp.spans().filter((span) => span.traceId === traceId);
  const { token } = await api(null).users.register.mutate({ name: "traced_host", password: "long enough" });
  const { id: room } = await api(token).rooms.create.mutate({ title: "Traced" });

  // By the outbox: Postgres first, then the worker.
  const start = click();
  await api(token, start.traceparent).rooms.start.mutate({ id: room });
  const relayed = await waitFor(
    () => {
      const spans = traceOf(start.traceId);
      return spans.some(({ name }) => name.startsWith("process archive")) && spans;
    },
    { deadlineMs: 15_000, what: "the trace of the start" },
  );
  const started = only(relayed, "barrage-api", "mutation rooms.start");
  expect(started).toMatchObject({ parentId: start.spanId, kind: "server", failed: false });
  expect(systemsBelow(started, relayed)).toContain("postgresql");
  expect(only(relayed, "barrage-worker", "publish room.started")).toMatchObject({
    parentId: started.spanId,
    kind: "producer",
  });

  // Directly: JetStream first.
  await waitFor(async () => (await fetch(`${stack.realtime.url}/rooms/${room}/ws`)).status === 400);
  await using leaving = new AsyncDisposableStack();
  const viewers = Array.from({ length: viewerCount }, () => leaving.use(watch(stack.realtime.url, room)));
  await waitFor(() => viewers.every(({ text }) => text().includes('"type":"live"')));
  const unsampled = click({ sampled: false });
  await api(token, unsampled.traceparent).messages.send.mutate({ room, key: "unsampled1", text: "quietly" });
  const send = click();
  await api(token, send.traceparent).messages.send.mutate({ room, key: "sampled001", text: "hello" });
  await waitFor(() => viewers.every(({ text }) => text().includes('"text":"hello"')), { deadlineMs: 10_000 });
  const spans = await waitFor(
    () => {
      const trace = traceOf(send.traceId);
      const has = (part: string) => trace.some(({ name }) => name.startsWith(part));
      return has("write batch") && has("process archive") && has("mutation messages.send") && trace;
    },
    { deadlineMs: 15_000, what: "the trace of the message" },
  );

  const sent = only(spans, "barrage-api", "mutation messages.send");
  expect(sent).toMatchObject({ parentId: send.spanId, kind: "server" });
  const published = only(spans, "barrage-api", "publish danmaku.sent");
  expect(published).toMatchObject({ parentId: sent.spanId, kind: "producer" });
  expect(systemsBelow(sent, spans)).toContain("redis");

  const archived = only(spans, "barrage-worker", "process archive");
  expect(archived).toMatchObject({ parentId: published.spanId, kind: "consumer" });
  expect(systemsBelow(archived, spans)).toContain("postgresql");

  // However many watch, one span for each batch.
  const written = only(spans, "barrage-realtime", "write batch");
  expect(written).toMatchObject({ parentId: published.spanId, kind: "consumer" });
  expect(written.attributes).toMatchObject({ "barrage.viewers": viewerCount, "barrage.room": room });

  // Every span hangs together, up to the click.
  const known = new Set([send.spanId, ...spans.map(({ spanId }) => spanId)]);
  expect(spans.filter(({ parentId }) => !known.has(parentId)).map(({ name }) => name)).toEqual([]);
  expect(JSON.stringify(otlp.spans())).not.toContain("hello");
  expect(traceOf(unsampled.traceId)).toEqual([]);
  expect(otlp.spans().every(({ traceId }) => [start.traceId, send.traceId].includes(traceId))).toBe(true);
}, 120_000);
