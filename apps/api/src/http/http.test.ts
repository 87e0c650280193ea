import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { errorBodySchema } from "@barrage/protocol";
import { createTRPCClient, httpBatchStreamLink } from "@trpc/client";
import type { AppRouter } from "../router.ts";
import { startTestApi, type TestApi, webOrigin } from "../testing/start-test-api.ts";

let api: TestApi;
let counter = 0;

beforeAll(async () => {
  api = await startTestApi();
}, 60_000);
afterAll(() => api[Symbol.asyncDispose]());

const password = "correct horse battery";
const fromOurPage = { origin: webOrigin, "x-barrage-client": "web", "content-type": "application/json" };

function post(path: string, body: unknown, headers: Record<string, string> = fromOurPage): Promise<Response> {
  return fetch(`${api.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

/** The ErrorBody of a failed answer below `/trpc`. */
async function refusal(response: Response) {
  const json = await response.json();
  const [first] = Array.isArray(json) ? json : [json];
  return { status: response.status, ...errorBodySchema.parse(first.error.data.barrage) };
}

/** Registers by cookie, as the web does. @returns the `Cookie` header of that browser */
async function browserLogin(): Promise<string> {
  const response = await post("/trpc/users.register", {
    name: `Browser_${++counter}`,
    password,
    cookie: true,
  });
  expect(response.status).toBe(200);
  return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

const me = async (headers: Record<string, string>) => {
  const response = await fetch(`${api.url}/trpc/users.me`, { headers });
  return (await response.json()).result.data;
};

describe("a browser's log-in", () => {
  test("goes into a cookie that scripts can't read, and nowhere else", async () => {
    const response = await post("/trpc/users.register", {
      name: `Browser_${++counter}`,
      password,
      cookie: true,
    });
    const setCookie = response.headers.get("set-cookie") ?? "";
    expect(setCookie).toMatch(/^barrage_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
    const { result } = await response.json();
    expect(result.data.token).toBeNull();
    expect(JSON.stringify(result)).not.toContain(setCookie.slice(16, 59));
  });

  test("is recognised by its cookie, until it logs out", async () => {
    const cookie = await browserLogin();
    expect(await me({ cookie, origin: webOrigin })).toMatchObject({ name: `Browser_${counter}` });
    const response = await post("/trpc/users.logout", {}, { ...fromOurPage, cookie });
    expect(response.headers.get("set-cookie")).toStartWith("barrage_session=; Max-Age=0;");
    expect(await me({ cookie, origin: webOrigin })).toBeNull();
  });

  test("works in a streamed batch too, whose headers go out first", async () => {
    const cookies: string[] = [];
    const client = createTRPCClient<AppRouter>({
      links: [
        httpBatchStreamLink({
          url: `${api.url}/trpc`,
          headers: fromOurPage,
          async fetch(input, init) {
            const response = await fetch(input instanceof Request ? input.url : input, {
              method: init?.method ?? "GET",
              headers: new Headers(init?.headers),
              body: typeof init?.body === "string" ? init.body : null,
            });
            cookies.push(...response.headers.getSetCookie());
            return response;
          },
        }),
      ],
    });
    const name = `Browser_${++counter}`;
    const { user } = await client.users.register.mutate({ name, password, cookie: true });
    expect(user.name).toBe(name);
    expect(await me({ cookie: cookies[0]?.split(";")[0] ?? "", origin: webOrigin })).toMatchObject({ name });
  });

  test("a bearer token goes before a cookie", async () => {
    const cookie = await browserLogin();
    expect(await me({ cookie, authorization: `Bearer ${"x".repeat(43)}` })).toBeNull();
  });
});

describe("requests of other sites", () => {
  test.each([
    [{ origin: "https://evil.example" }, "origin_forbidden"],
    [{ origin: "null" }, "origin_forbidden"],
    [{ origin: `${webOrigin}.evil.example` }, "origin_forbidden"],
    [{ "sec-fetch-site": "cross-site" }, "origin_forbidden"],
    [{ "sec-fetch-site": "same-site" }, "origin_forbidden"],
  ])("a mutation with %j is refused and does nothing, cookie or not", async (headers, code) => {
    const cookie = await browserLogin();
    const { origin: _, ...rest } = fromOurPage;
    const response = await post("/trpc/users.logout", {}, { ...rest, ...headers, cookie });
    expect(await refusal(response)).toMatchObject({ status: 403, code });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(await me({ cookie, origin: webOrigin })).not.toBeNull();
  });

  test("a mutation without our header is refused, from whatever origin", async () => {
    const cookie = await browserLogin();
    const { "x-barrage-client": _, ...rest } = fromOurPage;
    const response = await post("/trpc/users.logout", {}, { ...rest, cookie });
    expect(await refusal(response)).toMatchObject({ status: 403, code: "csrf_header_missing" });
    expect(await me({ cookie, origin: webOrigin })).not.toBeNull();
  });

  test.each(["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])(
    "a POST of type %s, which browsers send without asking first, runs nothing",
    async (type) => {
      const cookie = await browserLogin();
      const response = await post("/trpc/users.logout", {}, { ...fromOurPage, "content-type": type, cookie });
      expect(await refusal(response)).toMatchObject({ status: 415, code: "media_type_unsupported" });
      expect(await me({ cookie, origin: webOrigin })).not.toBeNull();
    },
  );

  test("a query's cookie is not believed when another site sent it", async () => {
    const cookie = await browserLogin();
    expect(await me({ cookie, "sec-fetch-site": "cross-site" })).toBeNull();
    const response = await fetch(`${api.url}/trpc/users.me`, {
      headers: { cookie, origin: "https://evil.example" },
    });
    expect(await refusal(response)).toMatchObject({ status: 403, code: "origin_forbidden" });
  });

  test("a mutation can't be asked for by GET", async () => {
    const cookie = await browserLogin();
    const response = await fetch(`${api.url}/trpc/users.logout?input=%7B%7D`, {
      headers: { ...fromOurPage, cookie },
    });
    expect(await refusal(response)).toMatchObject({ status: 405, code: "method_not_allowed" });
    expect(await me({ cookie, origin: webOrigin })).not.toBeNull();
  });
});

describe("asking first (CORS)", () => {
  const preflight = (origin: string) =>
    fetch(`${api.url}/trpc/users.me`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-barrage-client",
      },
    });

  test("our origin may, with credentials", async () => {
    const response = await preflight(webOrigin);
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe(webOrigin);
    expect(response.headers.get("access-control-allow-credentials")).toBe("true");
    expect(response.headers.get("access-control-allow-headers")).toContain("x-barrage-client");
    expect(response.headers.get("vary")).toContain("origin");
  });

  test("another origin may not", async () => {
    const response = await preflight("https://evil.example");
    expect(response.status).toBe(403);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(errorBodySchema.parse(await response.json()).code).toBe("origin_forbidden");
  });
});

describe("bad requests", () => {
  test("more than ten calls in a batch are refused, ten are served", async () => {
    const batch = (count: number) =>
      fetch(`${api.url}/trpc/${Array<string>(count).fill("users.me").join(",")}?batch=1`);
    expect(await refusal(await batch(11))).toMatchObject({ status: 400, code: "input_invalid" });
    const served = await batch(10);
    expect(served.status).toBe(200);
    expect(await served.json()).toHaveLength(10);
  });

  test("a body over the bound is refused with 413, whether its length is admitted or not", async () => {
    const big = { name: "x".repeat(100_000), password };
    expect(await refusal(await post("/trpc/users.login", big))).toMatchObject({
      status: 413,
      code: "body_too_large",
    });
    const chunks = new ReadableStream({
      start(controller) {
        for (let index = 0; index < 100; index++) controller.enqueue(new Uint8Array(1_000).fill(32));
        controller.close();
      },
    });
    const streamed = await fetch(`${api.url}/trpc/users.login`, {
      method: "POST",
      headers: fromOurPage,
      body: chunks,
    });
    expect(await refusal(streamed)).toMatchObject({ status: 413, code: "body_too_large" });
  });

  test.each(["", "{", "[1", "nul", '{"__proto__":{"name":"x"}}', "null", "[]", '"x"', '{"name":{"$ne":1}}'])(
    "the body %j is refused clearly",
    async (body) => {
      const response = await fetch(`${api.url}/trpc/users.login`, {
        method: "POST",
        headers: fromOurPage,
        body,
      });
      expect(await refusal(response)).toMatchObject({ status: 400, code: "input_invalid" });
    },
  );

  test("an unknown procedure is 404, in the shape of a procedure's answer", async () => {
    const unknown = await fetch(`${api.url}/trpc/users.drop`);
    expect(await refusal(unknown)).toMatchObject({ status: 404, code: "not_found" });
    expect(await refusal(await fetch(`${api.url}/trpc/__proto__`))).toMatchObject({ status: 404 });
    expect(await refusal(await fetch(`${api.url}/trpc/constructor.name`))).toMatchObject({ status: 404 });
  });

  test("an unknown address is 404, a wrong method 405, both as an ErrorBody", async () => {
    const unknown = await fetch(`${api.url}/admin`);
    expect(unknown.status).toBe(404);
    expect(errorBodySchema.parse(await unknown.json()).code).toBe("not_found");
    const wrong = await fetch(`${api.url}/livez`, { method: "POST" });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get("allow")).toBe("GET");
    expect(errorBodySchema.parse(await wrong.json()).code).toBe("method_not_allowed");
    expect(await refusal(await fetch(`${api.url}/trpc/users.me`, { method: "PUT" }))).toMatchObject({
      status: 405,
      code: "method_not_allowed",
    });
  });

  test("no answer holds a stack, a path or a cause", async () => {
    const response = await post("/trpc/users.login", { name: 1 });
    const text = await response.text();
    expect(text).not.toMatch(/stack|node_modules|\.ts|ZodError/);
  });
});

describe("every answer", () => {
  test("is not to be stored, sniffed or framed, and can be named to the operator", async () => {
    for (const path of ["/trpc/users.me", "/livez", "/nowhere"]) {
      const { headers } = await fetch(`${api.url}${path}`);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get("x-request-id")).toMatch(/^[0-9a-z]{8,32}$/);
    }
  });

  test("/livez and /readyz say that all is well", async () => {
    expect(await (await fetch(`${api.url}/livez`)).json()).toEqual({ live: true });
    const ready = await fetch(`${api.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ ready: true, waitingFor: [] });
  });
});
