import { expect, test } from "bun:test";
import { coverBytesMax } from "@barrage/domain";
import { checkCoverFile } from "./check-cover-file.ts";

const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);

test("a file is what it holds, whatever its name and type say", async () => {
  expect(await checkCoverFile(new File([png], "photo.jpg", { type: "image/jpeg" }))).toEqual({
    type: "image/png",
  });
  const page = new File(["<!doctype html>"], "photo.png", { type: "image/png" });
  expect(await checkCoverFile(page)).toEqual({ fault: expect.stringContaining("not a JPEG") });
  expect(await checkCoverFile(new File([], "empty.png"))).toMatchObject({ fault: expect.any(String) });
});

test("a file of one byte too many is told its size and the limit, and nothing of it is read", async () => {
  const large = new File([png, new Uint8Array(coverBytesMax - png.length)], "large.png");
  expect(await checkCoverFile(large)).toEqual({ type: "image/png" });
  const larger = new File([large, "x"], "larger.png");
  expect(await checkCoverFile(larger)).toEqual({ fault: "This picture has 5.1 MB; up to 5 MB fit." });
});
