import { beforeAll, describe, expect, test } from "bun:test";
import { createHealth } from "@barrage/platform";
import { buildSite, type Site } from "./build-site.ts";
import { createRequestHandler } from "./handle-request.ts";

let site: Site;
let handle: (request: Request) => Response;
beforeAll(async () => {
  site = await buildSite();
  const config = {
    apiUrl: "http://api.example:1",
    realtimeUrl: "https://live.example",
    realtimeNodes: ["https://*.live.example"],
    mediaUrl: "https://media.example",
    otlpEndpoint: undefined,
    traceSampleRatio: 0.5,
  };
  handle = createRequestHandler({ site, config, health: createHealth() });
});
const get = (path: string, init?: RequestInit) => handle(new Request(`http://web.example${path}`, init));

describe("the web server", () => {
  test("answers every page of the app with the index, never cached", async () => {
    for (const path of ["/", "/rooms/abcdefgh", "/studio/x?tab=settings", "/no/such/page"]) {
      const answer = get(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toBe("no-cache");
      expect(await answer.text()).toContain('<div id="root">');
    }
  });

  test("allows scripts from its own files and by hash alone, and connections to our servers alone", () => {
    const policy = get("/").headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self' 'sha256-[^']+';/);
    expect(policy).toContain(
      "connect-src 'self' http://api.example:1 ws://api.example:1 https://live.example wss://live.example https://*.live.example wss://*.live.example https://media.example;",
    );
    expect(policy).toContain("img-src 'self' data: blob: http://api.example:1 https://media.example;");
    expect(policy).toContain("media-src 'self' blob: https://media.example;");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  test("serves everything that the index leads to, hashed, for ever, gzipped when understood", async () => {
    const html = await get("/").text();
    const paths = Array.from(html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g), ([, path = ""]) => path);
    expect(paths.some((path) => path.endsWith(".js"))).toBe(true);
    expect(paths.some((path) => path.endsWith(".css"))).toBe(true);
    for (const path of paths) {
      expect(path).toMatch(/-[0-9a-z]{8,}\.\w+$/);
      const answer = get(path, { headers: { "accept-encoding": "gzip, br" } });
      expect(answer.headers.get("cache-control")).toContain("immutable");
      const body = new Uint8Array(await answer.arrayBuffer());
      const zipped = answer.headers.get("content-encoding") === "gzip";
      expect(zipped ? Bun.gunzipSync(body) : body).toEqual(new Uint8Array(await get(path).arrayBuffer()));
    }
  });

  test("is built for production, with Tailwind's classes in it", async () => {
    const texts = await Promise.all([...site.assets.values()].map(({ body }) => new Response(body).text()));
    const all = texts.join("\n");
    expect(all).not.toContain("jsxDEV");
    expect(all).toContain("prefers-reduced-motion");
    expect(all).toContain(".bg-canvas");
  });

  test("says where the servers are, and how it is itself", async () => {
    expect(await get("/config.json").json()).toEqual({
      apiUrl: "http://api.example:1",
      realtimeUrl: "https://live.example",
      traceSampleRatio: 0,
    });
    expect(get("/livez").status).toBe(200);
    expect(get("/readyz").status).toBe(503);
  });

  test("knows no other file and no other method", () => {
    expect(get("/assets/index-00000000.js").status).toBe(404);
    expect(get("/.env").status).toBe(404);
    expect(get("/", { method: "POST" }).status).toBe(405);
  });
});
