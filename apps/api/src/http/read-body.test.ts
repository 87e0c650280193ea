import { describe, expect, test } from "bun:test";
import { readJsonRequest } from "./read-body.ts";

const post = (body: BodyInit, headers: Record<string, string>) =>
  new Request("http://api/trpc/x", { method: "POST", body, headers });
const json = { "content-type": "application/json" };

function streamOf(chunks: readonly string[], onPull: () => void): ReadableStream<Uint8Array> {
  const rest = chunks.map((chunk) => new TextEncoder().encode(chunk));
  return new ReadableStream(
    {
      pull(controller) {
        onPull();
        const chunk = rest.shift();
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
    },
    { highWaterMark: 0 },
  );
}

describe("reading a body", () => {
  test("JSON within the bound arrives whole, also in pieces", async () => {
    const request = await readJsonRequest(
      post(
        streamOf(['{"a":', "1}"], () => {}),
        json,
      ),
      7,
    );
    expect(await request.json()).toEqual({ a: 1 });
    expect(request.headers.get("content-type")).toBe("application/json");
  });

  test("a length that is admitted to be too much is refused unread", async () => {
    const request = post("{}", { ...json, "content-length": "8" });
    await expect(readJsonRequest(request, 7)).rejects.toMatchObject({ code: "body_too_large" });
  });

  test.each([{ "content-length": "two" }, { "content-length": "2", "transfer-encoding": "chunked" }])(
    "a length that can't be relied on (%j) is counted",
    async (headers) => {
      const request = new Request("http://api/trpc/x", {
        method: "POST",
        headers: { ...json, ...headers },
        body: "123456789",
      });
      await expect(readJsonRequest(request, 7)).rejects.toMatchObject({ code: "body_too_large" });
    },
  );

  test("a server ends a body at the length that was given, whatever follows", async () => {
    const bodies: string[] = [];
    await using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      async fetch(request) {
        bodies.push(await (await readJsonRequest(request, 7)).text());
        return new Response();
      },
    });
    const answered = Promise.withResolvers<void>();
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port: server.port ?? 0,
      socket: { data: () => answered.resolve(), close: () => answered.resolve() },
    });
    const head =
      "POST / HTTP/1.1\r\nHost: api\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n";
    socket.write(`${head}{}${" ".repeat(10_000)}`);
    await answered.promise;
    socket.end();
    expect(bodies).toEqual(["{}"]);
  });

  test("a length that is not admitted is counted, and reading stops at the bound", async () => {
    let pulls = 0;
    const chunks = Array<string>(1_000).fill("12345");
    const request = post(
      streamOf(chunks, () => void pulls++),
      json,
    );
    await expect(readJsonRequest(request, 7)).rejects.toMatchObject({ code: "body_too_large" });
    expect(pulls).toBeLessThan(10);
  });

  test.each([
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "application/jsonp",
    "",
  ])("a body that says it is %j is refused: such POSTs run without a preflight", async (type) => {
    const request = post("{}", { "content-type": type });
    await expect(readJsonRequest(request, 7)).rejects.toMatchObject({ code: "media_type_unsupported" });
  });
});
