import { expect, test } from "bun:test";
import { coverRetryMs } from "./cover-rules.ts";
import { pictureTypeOf } from "./picture-type.ts";

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const box = (size: number, text: string) => bytes(`\0\0\0${String.fromCharCode(size)}${text}`);

test("a picture is told by its first bytes, whatever else is in the file", () => {
  expect(pictureTypeOf(bytes("\u00ff\u00d8\u00ff\u00e0\0\u0010JFIF"))).toBe("image/jpeg");
  expect(pictureTypeOf(bytes("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR"))).toBe("image/png");
  expect(pictureTypeOf(bytes("RIFF\u0024\0\0\0WEBPVP8 "))).toBe("image/webp");
  expect(pictureTypeOf(box(24, "ftypavif\0\0\0\0avifmif1"))).toBe("image/avif");
  expect(pictureTypeOf(box(24, "ftypmif1\0\0\0\0mif1avif"))).toBe("image/avif");
});

test("what is none of the four kinds is none, however near it comes", () => {
  const others = [
    bytes(""),
    bytes("\u00ff\u00d8"),
    bytes("GIF89a\u0001\0\u0001\0"),
    bytes("<svg xmlns='http://www.w3.org/2000/svg'/>"),
    bytes("<!doctype html><script>"),
    bytes("%PDF-1.7"),
    bytes("PNG\r\n\u001a\n"),
    bytes("RIFF\u0024\0\0\0WAVEfmt "),
    box(24, "ftypheic\0\0\0\0mif1heic"),
    box(24, "ftypmp42\0\0\0\0isommp42"),
    // The brand stands behind the box's end: it says nothing.
    box(20, "ftypheic\0\0\0\0mif1avif"),
    bytes("\0\0\0"),
  ];
  expect(others.map(pictureTypeOf).filter((type) => type !== undefined)).toEqual([]);
});

test("an attempt that could not be finished is made again, later each time, and at least once a minute", () => {
  const waits = [1, 2, 3, 7, 50, 10_000].map(coverRetryMs);
  expect(waits).toEqual([1_000, 2_000, 4_000, 60_000, 60_000, 60_000]);
});
