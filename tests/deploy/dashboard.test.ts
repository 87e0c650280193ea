import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { waitFor } from "@barrage/testkit";
import { startPlatformStack } from "../cluster/platform-stack.ts";

const deploy = join(import.meta.dir, "..", "..", "deploy");
const drawnBy = (dashboard: string) => {
  const text = readFileSync(join(deploy, "grafana", dashboard), "utf8");
  return new Set([...text.matchAll(/\b(?:barrage|process)_[a-z_]+/g)].map(([name]) => name));
};

async function scrape(url: string): Promise<string> {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get("content-type")).toStartWith("text/plain; version=0.0.4");
  return await response.text();
}

/** A histogram is declared under one name, and read under three. */
function namesIn(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/^# TYPE (\w+) (\w+)/gm)].flatMap(([, name = "", type]) =>
      type === "histogram" ? ["_bucket", "_sum", "_count"].map((part) => name + part) : [name],
    ),
  );
}

/** A request whose body never ends: the api can't end before its deadline, or before this is cut. */
async function openEndlessRequest(url: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  const head = ["POST /trpc/users.login HTTP/1.1", `host: ${hostname}`, "content-type: application/json"];
  socket.write([...head, "x-barrage-client: test", "content-length: 1000", "", "{"].join("\r\n"));
  return socket;
}

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

test("every metric that the dashboards draw is there, inside alone, and a scrape is answered while the api drains", async () => {
  await using platform = await startPlatformStack();
  const { api, apiInsideUrl, realtime, worker } = platform;
  await fetch(`${api.url}/api/v1/rooms`);
  const [apiText, workerText, realtimeText] = await Promise.all(
    [apiInsideUrl, worker.url, realtime.url].map(scrape),
  );
  const missing = (dashboard: string, ...texts: readonly (string | undefined)[]) => {
    const there = namesIn(texts.join("\n"));
    return [...drawnBy(dashboard)].filter((name) => !there.has(name));
  };
  expect(drawnBy("services.json").size).toBeGreaterThan(10);
  expect(drawnBy("realtime.json").size).toBeGreaterThan(10);
  expect(missing("services.json", apiText, workerText)).toEqual([]);
  expect(missing("realtime.json", realtimeText)).toEqual([]);
  expect(apiText).toMatch(
    /^barrage_api_request_duration_seconds_count\{procedure="rooms.list",code="ok"\} 1$/m,
  );
  expect(workerText).toMatch(/^barrage_log_consumer_lag_messages\{consumer="archive"\} 0$/m);
  for (const text of [apiText, workerText, realtimeText])
    expect(text).toMatch(/^barrage_settings_ignored_total 0$/m);
  expect(workerText).toMatch(/^barrage_outbox_lag_events 0$/m);

  expect((await fetch(`${api.url}/metrics`)).status).toBe(404);
  expect((await fetch(`${apiInsideUrl}/readyz`)).status).toBe(200);
  const endless = await openEndlessRequest(api.url);
  api.signal("SIGTERM");
  await waitFor(async () => !(await answers(`${api.url}/livez`)));
  expect(await scrape(apiInsideUrl)).toContain("barrage_api_request_duration_seconds");
  expect((await fetch(`${apiInsideUrl}/readyz`)).status).toBe(503);
  expect((await fetch(`${apiInsideUrl}/livez`)).status).toBe(200);
  endless.destroy();
  expect(await api.exited).toEqual({ code: 0, signal: null });
}, 120_000);

test("no path of the public proxy leads to metrics or health", () => {
  const caddy = readFileSync(join(deploy, "caddy", "Caddyfile"), "utf8");
  // What is passed on is listed; everything else is the web app's, which has neither.
  const passedOn = [...caddy.matchAll(/^\s*(?:@\w+ path|handle_path) (.+?)(?: \{)?$/gm)].flatMap(
    ([, paths = ""]) => paths.split(" "),
  );
  expect(passedOn.length).toBeGreaterThan(3);
  expect(passedOn.filter((path) => /metrics|livez|readyz|^\/\*?$/.test(path))).toEqual([]);
  expect(caddy).not.toContain("9100");
});

test("the public proxy leads to every event stream of a realtime node", () => {
  const caddy = readFileSync(join(deploy, "caddy", "Caddyfile"), "utf8");
  const [, passedOn = ""] = /@public path (.+)/.exec(caddy) ?? [];
  const isPassedOn = (path: string) =>
    passedOn.split(" ").some((pattern) => new Bun.Glob(pattern.replace("/*", "/**")).match(path));
  const app = readFileSync(join(deploy, "..", "apps", "realtime", "src", "app.ts"), "utf8");
  const streams = [...app.matchAll(/\.get\("(\/(?:rooms|events)[^"]*)"/g)].map(([, path = ""]) => path);
  expect(streams.length).toBeGreaterThan(5);
  expect(streams.filter((path) => !isPassedOn(path))).toEqual([]);
});
