import { describe, expect, test } from "bun:test";
import { AppError } from "@barrage/protocol";
import { codePointsOf, normalizeMessageText } from "./message-text.ts";

const limit = { codePointsMax: 100 };
const refused = (raw: string) => {
  try {
    normalizeMessageText(raw, limit);
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
  return "accepted";
};

describe("a message's text", () => {
  test("is stored in NFKC, with white space folded and trimmed", () => {
    expect(normalizeMessageText("  Ｈｅｌｌｏ\t\n ｗｏｒｌｄ　", limit)).toBe("Hello world");
  });

  test("may be in any script and have emoji built with joiners", () => {
    for (const text of ["弹幕好看", "مرحبا", "می‌خواهم", "👩‍👩‍👧‍👦🏳️‍🌈", "ไทย", "e\u0301"]) {
      expect(normalizeMessageText(text, limit)).toBe(text.normalize("NFKC"));
    }
  });

  test("is counted in code points, after normalisation", () => {
    expect(codePointsOf(normalizeMessageText("😀".repeat(100), limit))).toBe(100);
    expect(refused("😀".repeat(101))).toBe("text_invalid");
    // One ligature that NFKC writes as 18 letters.
    expect(refused("ﷺ".repeat(6))).toBe("text_invalid");
  });

  test("is refused when nothing of it can be seen", () => {
    for (const raw of ["", "   ", "\u200d\u200c", "\u0301", "\u3000\n", "\u00ad", "\u2800\u2800"])
      expect(refused(raw)).toBe("text_invalid");
  });

  test("is equal to one that looks equal: soft hyphens and grapheme joiners are dropped", () => {
    expect(normalizeMessageText("so\u00adft hy\u034fphen", limit)).toBe("soft hyphen");
  });

  test("is refused with controls, bidi overrides, invisible fillers or lone surrogates", () => {
    const bad = [
      "\u0000",
      "\u001b[2J",
      "\u202e",
      "\u2066",
      "\u200f",
      "\u200b",
      "\ufeff",
      "\u3164",
      "\ud800",
      "\u{e0041}",
      "\u2028",
    ];
    for (const character of bad) expect(refused(`a${character}b`)).toBe("text_invalid");
  });

  test("is refused when its marks would climb out of the line", () => {
    expect(refused(`a${"\u0316".repeat(40)}`)).toBe("text_invalid");
  });
});
