/**
 * Controls, line and paragraph separators, bidi overrides and isolates (they can make a text read backwards or swallow
 * its neighbours), byte-order marks and other invisible fillers, private use, and lone surrogates. Joiners (U+200C,
 * U+200D) stay: emoji families and Persian need them.
 */
const forbidden =
  /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u061C\u115F\u1160\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/u;
/** Soft hyphens and grapheme joiners: hints with no look of their own, by which texts that look equal would differ. */
const hints = /\u00AD|\u034F/gu;
/** U+2800 is the braille pattern without dots: a symbol by its class, and nothing to the eye. */
const visible = /[^\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether a text has a character that nobody may send to others. */
export const hasForbidden = (text: string): boolean => forbidden.test(text);

/** Whether anything of a text can be seen. */
export const isVisible = (text: string): boolean => visible.test(text);

/** The text without hints that are not shown. They come with what is pasted from pages, so they are no fault. */
export const withoutHints = (text: string): string => text.replace(hints, "");
