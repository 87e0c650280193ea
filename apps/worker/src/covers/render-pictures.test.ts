import { describe, expect, test } from "bun:test";
import type { CoverType } from "@barrage/domain";
import sharp from "sharp";
import {
  animatedWebp,
  colourAt,
  plainPicture,
  pngThatClaims,
  secrets,
  telltaleJpeg,
} from "../testing/pictures.ts";
import { createCoverRenderer } from "./run-cover-program.ts";

const crashes: unknown[] = [];
const render = createCoverRenderer({ deadlineMs: 60_000, onCrash: (crash) => crashes.push(crash) });
const { signal } = new AbortController();

async function picturesOf(file: Uint8Array, type: CoverType) {
  const rendering = await render(file, type, signal);
  if ("fault" in rendering) throw new Error(`no pictures: ${rendering.fault}`);
  return rendering.pictures;
}

async function faultOf(file: Uint8Array, type: CoverType) {
  const rendering = await render(file, type, signal);
  return "fault" in rendering ? rendering.fault : "none";
}

describe("an uploaded picture", () => {
  test("of each kind becomes WebP in three sizes, 16:9, and none larger than it was", async () => {
    const files = [
      { type: "image/jpeg", file: await plainPicture(1_600, 1_200).jpeg().toBuffer() },
      { type: "image/png", file: await plainPicture(1_600, 1_200).png().toBuffer() },
      { type: "image/webp", file: await plainPicture(1_600, 1_200).webp().toBuffer() },
      { type: "image/avif", file: await plainPicture(800, 600).avif({ effort: 0 }).toBuffer() },
    ] as const;
    for (const { type, file } of files) {
      const pictures = await picturesOf(file, type);
      const found = await Promise.all(pictures.map(({ webp }) => sharp(webp).metadata()));
      expect(found.map(({ format, width, height }) => `${format} ${width}x${height}`)).toEqual([
        "webp 320x180",
        "webp 640x360",
        type === "image/avif" ? "webp 800x450" : "webp 1280x720",
      ]);
      expect(pictures.map(({ width }) => width)).toEqual([320, 640, 1_280]);
    }
  }, 60_000);

  test("loses everything but its pixels: where it was taken, by whom, with what, and its colour profile", async () => {
    const file = await telltaleJpeg();
    const before = await sharp(file).metadata();
    expect([before.exif, before.xmp, before.icc].every((found) => found !== undefined)).toBe(true);
    for (const secret of [secrets.camera, secrets.person, secrets.xmp])
      expect(file.includes(secret)).toBe(true);
    for (const { webp } of await picturesOf(file, "image/jpeg")) {
      const { exif, xmp, icc, iptc, comments } = await sharp(webp).metadata();
      expect([exif, xmp, icc, iptc, comments].filter((found) => found !== undefined)).toEqual([]);
      // RIFF chunks: nothing but the picture itself.
      const text = Buffer.from(webp).toString("latin1");
      expect(text).not.toMatch(/SECRET|EXIF|XMP |ICCP|GPS/);
    }
  }, 60_000);

  test("stands upright, is cut around its middle, and of an animation its first frame is shown", async () => {
    // Stored lying on its side, as phones do: turned by a quarter, its blue left becomes its top.
    const lying = await plainPicture(720, 1_280, "#ff0000")
      .composite([{ input: await plainPicture(360, 1_280, "#0000ff").png().toBuffer(), left: 0, top: 0 }])
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const [upright] = await picturesOf(lying, "image/jpeg");
    expect(await colourAt(upright?.webp, { x: 160, y: 20 })).toBe("blue");
    expect(await colourAt(upright?.webp, { x: 160, y: 160 })).toBe("red");

    // Much too tall: of its thirds the middle one is left.
    const tall = await plainPicture(640, 2_400, "#ff0000")
      .composite([{ input: await plainPicture(640, 800, "#00ff00").png().toBuffer(), left: 0, top: 800 }])
      .png()
      .toBuffer();
    const [cut] = await picturesOf(tall, "image/png");
    for (const y of [5, 175]) expect(await colourAt(cut?.webp, { x: 160, y })).toBe("green");

    const moving = await animatedWebp(["#ff0000", "#00ff00", "#0000ff"]);
    const [still] = await picturesOf(moving, "image/webp");
    expect((await sharp(still?.webp).metadata()).pages ?? 1).toBe(1);
    expect(await colourAt(still?.webp, { x: 160, y: 90 })).toBe("red");
  }, 60_000);
});

describe("a file that must not become a cover", () => {
  test("is refused by what it holds, whatever its name says", async () => {
    const png = await plainPicture(640, 360).png().toBuffer();
    const jpeg = await plainPicture(1_600, 900).jpeg().toBuffer();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"/>');
    const gif = await plainPicture(640, 360).gif().toBuffer();
    const cases = [
      [svg, "image/png", "not_a_picture"],
      [gif, "image/webp", "not_a_picture"],
      [Buffer.from("<!doctype html><script>alert(1)</script>"), "image/jpeg", "not_a_picture"],
      [jpeg, "image/png", "type_differs"],
      [png, "image/avif", "type_differs"],
      [jpeg.subarray(0, jpeg.length / 2), "image/jpeg", "unreadable"],
      [png.subarray(0, png.length - 40), "image/png", "unreadable"],
      [Buffer.concat([png.subarray(0, 20), Buffer.alloc(500, "x")]), "image/png", "unreadable"],
      [Buffer.concat([png.subarray(0, 8), svg]), "image/png", "unreadable"],
      [await plainPicture(319, 900).png().toBuffer(), "image/png", "too_small"],
    ] as const;
    for (const [file, type, fault] of cases) expect(await faultOf(file, type)).toBe(fault);
    expect(crashes).toEqual([]);
  }, 60_000);

  test("is refused by its header alone when few bytes would become gigabytes of pixels", async () => {
    const bomb = pngThatClaims(30_000, await plainPicture(640, 360).png().toBuffer());
    expect((await sharp(bomb, { limitInputPixels: false }).metadata()).width).toBe(30_000);
    expect(await faultOf(bomb, "image/png")).toBe("too_many_pixels");
  }, 60_000);

  test("is given up at the deadline; a worker that ends says nothing about it", async () => {
    const png = await plainPicture(640, 360).png().toBuffer();
    const impatient = createCoverRenderer({ deadlineMs: 1, onCrash: () => undefined });
    expect(await impatient(png, "image/png", signal)).toEqual({ fault: "too_heavy" });
    const ending = new AbortController();
    const rendering = render(png, "image/png", ending.signal);
    ending.abort();
    expect(rendering).rejects.toThrow("abort");
  }, 60_000);
});
