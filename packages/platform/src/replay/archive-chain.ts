const encoder = new TextEncoder();
const hashBytes = 32;

/** The chain before a session's first event: no two sessions share one. */
export function chainStart(session: string): string {
  return Bun.SHA256.hash(encoder.encode(`barrage archive v1\n${session}\n`), "hex");
}

/**
 * The hash chain over a session's lines: h' = SHA-256(h ‖ line). Whoever knows the last link knows every bit before
 * it: a line that was changed, left out, added or moved gives another.
 */
export interface Chain {
  add(line: Buffer): void;
  /** Adds the line from `start` up to, not including, `end`, without a view of it. */
  addRun(bytes: Buffer, start: number, end: number): void;
  readonly hex: string;
}

/** Goes on from a link, in hex. */
export function continueChain(fromHex: string): Chain {
  const link = Buffer.from(fromHex, "hex");
  let block = Buffer.alloc(1_024);

  function addRun(bytes: Buffer, start: number, end: number): void {
    const length = hashBytes + end - start;
    if (block.length < length) block = Buffer.alloc(2 * length);
    block.set(link);
    bytes.copy(block, hashBytes, start, end);
    Bun.SHA256.hash(block.subarray(0, length), link);
  }

  return {
    add: (line) => addRun(line, 0, line.length),
    addRun,
    get hex() {
      return link.toString("hex");
    },
  };
}
