import { expect, test } from "bun:test";
import { seededRandom } from "@barrage/testkit";
import { createPartAssembler } from "./part-assembler.ts";

const upload = { key: "k", uploadId: "u" };

/** Where parts go in place of a store: the assembler knows nothing else of it. */
function collect() {
  const parts = new Map<number, Uint8Array>();
  return {
    parts,
    async putPart(_: unknown, number: number, bytes: Uint8Array) {
      parts.set(number, bytes.slice());
      return { number, bytes: bytes.length, etag: `"${number}"` };
    },
    whole: () => Buffer.concat([...parts.entries()].toSorted(([a], [b]) => a - b).map(([, bytes]) => bytes)),
  };
}

test("writes in order with mendings behind and at the beginning make the same bytes as in one piece", async () => {
  const random = seededRandom();
  const store = collect();
  const options = { partBytes: 100, slackBytes: 50 };
  const assembler = createPartAssembler(store, upload, options);
  const expected = new Uint8Array(20_000);
  let end = 0;
  const write = async (position: number, length: number) => {
    const data = Uint8Array.from({ length }, () => random.below(256));
    expected.set(data, position);
    await assembler.write(position, data);
    end = Math.max(end, position + length);
  };
  for (let step = 0; step < 75; step += 1) {
    await write(end, random.between(1, 250));
    if (random.chance(0.5)) await write(Math.max(0, end - random.between(1, 50)), 1);
    if (random.chance(0.2)) await write(random.below(Math.min(end, 100)), 1);
  }
  const parts = await assembler.finish();
  expect(store.whole()).toEqual(Buffer.from(expected.subarray(0, end)));
  expect(parts.map(({ number }) => number)).toEqual(parts.map((_, index) => index + 1));
  expect(parts.slice(0, -1).every(({ bytes }) => bytes === 100)).toBe(true);
});

test("what was sent can't be mended: that is said, and not written elsewhere", async () => {
  const assembler = createPartAssembler(collect(), upload, { partBytes: 10, slackBytes: 10 });
  await assembler.write(0, new Uint8Array(100));
  expect(assembler.write(15, new Uint8Array(1))).rejects.toThrow(RangeError);
  await assembler.write(5, new Uint8Array(1));
});
