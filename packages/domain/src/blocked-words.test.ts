import { describe, expect, test } from "bun:test";
import { containsBlockedWord, normalizeBlockedWords } from "./blocked-words.ts";

describe("blocked words", () => {
  const words = normalizeBlockedWords(["Spoiler", "ass", "剧透", "  ", "spoiler"]);

  test("are kept once each, without case and spacing, and empty ones fall away", () => {
    expect(words).toEqual(["ass", "spoiler", "剧透"]);
  });

  test("are found whatever the case, the width, the marks and the spacing", () => {
    for (const text of [
      "SPOILER!",
      "s p o i l e r",
      "ｓｐｏｉｌｅｒ",
      "spóiler",
      "s.p.o.i.l.e.r",
      "有剧透吗",
      "剧 透",
    ]) {
      expect(containsBlockedWord(text, words)).toBe(true);
    }
  });

  test("of fewer than four Latin letters are found only as whole words", () => {
    expect(containsBlockedWord("a first-class pass", words)).toBe(false);
    expect(containsBlockedWord("what an ass!", words)).toBe(true);
    expect(containsBlockedWord("a s s", words)).toBe(true);
  });

  test("leave every text alone when there are none", () => {
    expect(containsBlockedWord("anything", [])).toBe(false);
  });
});
