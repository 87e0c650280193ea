import { expect, test } from "bun:test";
import { coverPath, coverWidths, parseCoverPath } from "./cover.ts";

const room = "r00m0000abcd";
const cover = "0123456789abcdef0123456789abcdef";

test("a cover's path names its room, its content and its width, and is read back", () => {
  for (const width of coverWidths) {
    const picture = { room, cover, width };
    expect(parseCoverPath(coverPath(picture))).toEqual(picture);
  }
});

test("no other path is a cover's: nothing that a caller writes can reach another object", () => {
  const refused = [
    `/covers/${room}/${cover}-321.webp`,
    `/covers/${room}/${cover}-0320.webp`,
    `/covers/${room}/${cover}.webp`,
    `/covers/${room}/${cover.toUpperCase()}-320.webp`,
    `/covers/${room}/../${cover}-320.webp`,
    `/covers/%2e%2e/${cover}-320.webp`,
    `/covers/short/${cover}-320.webp`,
    `/covers/${"r".repeat(33)}/${cover}-320.webp`,
    `/x/covers/${room}/${cover}-320.webp`,
    `/covers/${room}/${cover}-320.webp/`,
    `/covers/${room}/${cover}-320.webp\n`,
  ];
  expect(refused.filter((path) => parseCoverPath(path) !== undefined)).toEqual([]);
});
