/** How many words a host may block in one room. */
export const blockedWordsMax = 200;
/** The longest blocked word, in characters. */
export const blockedWordLengthMax = 40;

/** What is compared: letters and digits alone, without case, marks, width or spacing, so that `B a.d` is `bad`. */
function skeleton(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** A host's list as it is kept: skeletons, each once, in order; words without a letter or digit fall away. */
export function normalizeBlockedWords(words: readonly string[]): string[] {
  return [...new Set(words.map(skeleton))].filter((word) => word.length > 0).toSorted();
}

/**
 * True when `text` holds one of `words` (a list from {@link normalizeBlockedWords}).
 * A word of CJK or of four letters and more is found anywhere; a shorter Latin word only as a whole word, so that
 * blocking "ass" leaves "class" alone.
 */
export function containsBlockedWord(text: string, words: readonly string[]): boolean {
  if (words.length === 0) return false;
  const whole = skeleton(text);
  const parts = new Set(text.split(/[^\p{L}\p{N}\p{M}]+/u).map(skeleton));
  return words.some((word) =>
    isShortLatin(word) ? parts.has(word) || whole === word : whole.includes(word),
  );
}

function isShortLatin(word: string): boolean {
  return word.length < 4 && /^[\p{Script=Latin}\p{N}]+$/u.test(word);
}
