/** Takes `Transfer-Encoding: chunked` (RFC 9112, 7.1) off a stream of bytes, cut anywhere. */
export interface ChunkedDecoder {
  push(bytes: Buffer): void;
}

const lf = 0x0a;

/** `onData` gets slices of what was pushed, valid during the call alone; `onEnd` comes after the last chunk. */
export function createChunkedDecoder(onData: (bytes: Buffer) => void, onEnd: () => void): ChunkedDecoder {
  /** Bytes of the current chunk still to come; its CRLF, and the size line after it, follow. */
  let left = 0;
  let head = "";

  function takeSizeLine(line: string) {
    const text = line.trim();
    // The empty line is the CRLF that ends the chunk before.
    if (text === "") return;
    left = Number.parseInt(text, 16);
    if (!(left > 0)) onEnd();
  }

  return {
    push(bytes) {
      let at = 0;
      while (at < bytes.length) {
        if (left > 0) {
          const end = Math.min(bytes.length, at + left);
          left -= end - at;
          onData(bytes.subarray(at, end));
          at = end;
          continue;
        }
        const end = bytes.indexOf(lf, at);
        head += bytes.toString("latin1", at, end < 0 ? bytes.length : end);
        if (head.length > 1_000) return onEnd();
        if (end < 0) return;
        takeSizeLine(head);
        head = "";
        at = end + 1;
      }
    },
  };
}
