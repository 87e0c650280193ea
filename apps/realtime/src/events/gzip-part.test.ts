import { expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import { seededRandom } from "@barrage/testkit";
import { deflatedPart, GzipStream, storedPart } from "./gzip-part.ts";

test("parts that were compressed once make a valid stream for each viewer, wherever it begins", () => {
  const random = seededRandom();
  const encoder = new TextEncoder();
  const texts = Array.from({ length: 40 }, (_, index) => `${index} ${"弹幕 ".repeat(random.below(200))}`);
  const shared = texts.map((text) => deflatedPart(encoder.encode(text)));
  for (const start of [0, 1, random.below(40), 39]) {
    const stream = new GzipStream();
    const own = `hello ${start}`;
    const pieces = [stream.header, stream.add(storedPart(encoder.encode(own)))];
    for (const part of shared.slice(start)) pieces.push(stream.add(part));
    pieces.push(stream.trailer());
    // The checksum and the length at the end are checked, too.
    expect(gunzipSync(Buffer.concat(pieces)).toString()).toBe(own + texts.slice(start).join(""));
  }
});
