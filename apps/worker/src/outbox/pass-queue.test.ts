import { describe, expect, test } from "bun:test";
import { createPassQueue } from "./pass-queue.ts";

function setUp() {
  const passes: PromiseWithResolvers<number>[] = [];
  const errors: unknown[] = [];
  const queue = createPassQueue({
    pass: () => {
      const pass = Promise.withResolvers<number>();
      passes.push(pass);
      return pass.promise;
    },
    pollMs: 60_000,
    retryMs: { first: 1, max: 4 },
    onError: (error) => errors.push(error),
  });
  const abort = new AbortController();
  const running = queue.run(abort.signal);
  return { queue, passes, errors, abort, running };
}

describe("pass queue", () => {
  test("a request is answered by a pass that began after it; all who ask during a pass share the next", async () => {
    const { queue, passes, abort, running } = setUp();
    expect(passes.length).toBe(1);
    const requests = [queue.request(), queue.request()];
    passes[0]?.resolve(1);
    await Bun.sleep(5);
    expect(passes.length).toBe(2);
    passes[1]?.resolve(7);
    expect(await Promise.all(requests)).toEqual([7, 7]);
    abort.abort();
    await running;
  });

  test("a failed pass fails its requests, and another follows by itself", async () => {
    const { queue, passes, errors, abort, running } = setUp();
    passes[0]?.resolve(0);
    await Bun.sleep(1);
    const request = queue.request();
    await Bun.sleep(5);
    passes[1]?.reject(new Error("down"));
    expect(request).rejects.toThrow("down");
    await Bun.sleep(20);
    expect(errors.length).toBe(1);
    expect(passes.length).toBe(3);
    abort.abort();
    const late = queue.request();
    passes[2]?.resolve(0);
    await running;
    expect(late).rejects.toThrow("ended");
  });
});
