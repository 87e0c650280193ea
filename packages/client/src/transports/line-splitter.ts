/** Cuts text that comes in pieces into lines. */
export interface LineSplitter {
  push(text: string): void;
  /** How much of an unfinished line is held. */
  readonly pendingChars: number;
}

const lf = "\n";
const cr = "\r";

/** The end of the line that starts at `from`, or -1. */
function lineEnd(text: string, from: number): number {
  const atLf = text.indexOf(lf, from);
  // A CR counts only before the next LF; looking further would make a long chunk of LF lines quadratic.
  const atCr = (atLf < 0 ? text.slice(from) : text.slice(from, atLf)).indexOf(cr);
  return atCr < 0 ? atLf : from + atCr;
}

/** Lines end in LF, CR or CRLF, and a piece may end anywhere, also between CR and LF. */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  let pending = "";
  let afterCr = false;

  return {
    get pendingChars() {
      return pending.length;
    },
    push(text) {
      if (text === "") return;
      let from = afterCr && text[0] === lf ? 1 : 0;
      afterCr = false;
      for (let at = lineEnd(text, from); at >= 0; at = lineEnd(text, from)) {
        const line = pending + text.slice(from, at);
        pending = "";
        from = at + 1;
        if (text[at] === cr) {
          afterCr = from === text.length;
          if (text[from] === lf) from++;
        }
        onLine(line);
      }
      pending += text.slice(from);
    },
  };
}
