import { describe, expect, test } from "bun:test";
import { judgeForgery } from "./forgery.ts";

const ours = new Set(["https://barrage.example"]);
const judge = (headers: Record<string, string>) => judgeForgery(new Headers(headers), ours);

describe("where a request came from", () => {
  test("a page of ours with the header may do everything", () => {
    expect(judge({ origin: "https://barrage.example", "x-barrage-client": "web" })).toEqual({
      any: null,
      mutation: null,
      cookieTrusted: true,
    });
  });

  test("a program that is no browser needs the header alone", () => {
    expect(judge({ "x-barrage-client": "cli" })).toMatchObject({ any: null, mutation: null });
    expect(judge({})).toMatchObject({ any: null, mutation: "csrf_header_missing" });
    expect(judge({ "x-barrage-client": "" })).toMatchObject({ mutation: "csrf_header_missing" });
  });

  test.each([
    "https://evil.example",
    "null",
    "https://barrage.example.evil.example",
    "http://barrage.example",
    "https://barrage.example:8443",
    "https://BARRAGE.example",
  ])("the origin %s is refused, and its cookie not believed", (origin) => {
    expect(judge({ origin, "x-barrage-client": "web", "sec-fetch-site": "same-origin" })).toEqual({
      any: "origin_forbidden",
      mutation: "origin_forbidden",
      cookieTrusted: false,
    });
  });

  test.each(["cross-site", "same-site"])(
    "without Origin, %s may not write and its cookie is ignored",
    (site) => {
      expect(judge({ "sec-fetch-site": site, "x-barrage-client": "web" })).toEqual({
        any: null,
        mutation: "origin_forbidden",
        cookieTrusted: false,
      });
    },
  );

  test("reading from our own page, which sends no Origin, keeps its cookie", () => {
    expect(judge({ "sec-fetch-site": "same-origin" })).toMatchObject({ any: null, cookieTrusted: true });
  });
});
