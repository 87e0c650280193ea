import { AppError } from "@barrage/protocol";
import { hasForbidden, isVisible, withoutHints } from "./text-characters.ts";

/** The longest danmaku, in code points after normalisation. */
export const danmakuCodePointsMax = 100;
/** The longest super message, in code points after normalisation. */
export const superCodePointsMax = 200;

/** More marks than this on one base let a text climb out of its line ("zalgo"); no language needs them. */
const tooManyMarks = /\p{M}{9}/u;

/**
 * A text as it is stored and shown: NFKC (Unicode UAX #15), runs of white space as one space, trimmed.
 * @throws AppError `text_invalid` when nothing visible is left, it has more than `codePointsMax` code points, or a
 * character that may not be sent.
 */
export function normalizeMessageText(raw: string, options: { readonly codePointsMax: number }): string {
  // NFKC can lengthen a text 18-fold: refuse what can't fit before paying for it.
  if (raw.length > options.codePointsMax * 8)
    throw invalid(`is longer than ${options.codePointsMax} characters`);
  // White space first: a tab or a line break is a space to the reader, not an attack.
  const text = withoutHints(raw)
    .normalize("NFKC")
    .replace(/[\t\n\r\p{Zs}]+/gu, " ")
    .trim();
  if (hasForbidden(text) || tooManyMarks.test(text)) throw invalid("has characters that are not allowed");
  if (!isVisible(text)) throw invalid("is empty");
  if (codePointsOf(text) > options.codePointsMax)
    throw invalid(`is longer than ${options.codePointsMax} characters`);
  return text;
}

/** How many code points a text has: what people would count, near enough, and what every client can compute. */
export function codePointsOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function invalid(message: string): AppError {
  return new AppError("text_invalid", { issues: [{ path: "text", message }] });
}
