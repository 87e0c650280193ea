import { expect, test } from "bun:test";
import { createLiveUpload } from "./live-upload.ts";

function uploadInto(parts: Blob[], more: { readonly waitingBytesMax?: number } = {}) {
  return createLiveUpload({
    partBytes: 10,
    waitingBytesMax: 1_000,
    put: async ({ number, body }) => {
      await Promise.resolve();
      parts[number - 1] = body;
    },
    onChange: () => {},
    onFailure: () => {},
    ...more,
  });
}

test("whatever the pieces, the parts are of one size and together the same bytes; the last is what is left", async () => {
  for (const sizes of [[3, 3, 3, 3, 3], [25], [10, 10], [1, 49, 7], [0, 5]]) {
    const pieces = sizes.map((size, index) => String(index).repeat(size));
    const parts: Blob[] = [];
    const upload = uploadInto(parts);
    for (const piece of pieces) {
      upload.add(new Blob([piece]));
      await Promise.resolve();
    }
    const total = await upload.finish();
    const whole = pieces.join("");
    expect(total).toEqual({ parts: Math.ceil(whole.length / 10), bytes: whole.length });
    expect(await new Blob(parts).text()).toBe(whole);
    expect(parts.slice(0, -1).every(({ size }) => size === 10)).toBe(true);
    expect(upload.progress()).toEqual({ uploadedBytes: whole.length, waitingBytes: 0 });
  }
});

test("while nothing gets through, what waits is bounded: the recorder is told to end", () => {
  const upload = createLiveUpload({
    partBytes: 10,
    waitingBytesMax: 100,
    put: () => new Promise(() => {}),
    onChange: () => {},
    onFailure: () => {},
  });
  const taken = Array.from({ length: 10 }, () => upload.add(new Blob(["0123456789"])));
  expect(taken).toEqual([...Array<boolean>(9).fill(true), false]);
});

test("a part that can't be put at all ends the upload with its error", async () => {
  const failures: unknown[] = [];
  const upload = createLiveUpload({
    partBytes: 10,
    waitingBytesMax: 100,
    put: () => Promise.reject(new Error("gone")),
    onChange: () => {},
    onFailure: (error) => failures.push(error),
  });
  upload.add(new Blob(["0123456789"]));
  expect(upload.finish()).rejects.toThrow("gone");
  await Bun.sleep(0);
  expect(failures.length).toBe(1);
});
