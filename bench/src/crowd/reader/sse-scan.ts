import { ageInBytes, nowMicros } from "../stamp.ts";
import { takeControl } from "./control.ts";
import type { ReaderSink } from "./reader.ts";

/** Reads frames out of an event stream's bytes without making strings of them. */
export interface SseScan {
  push(bytes: Buffer): void;
}

const frameEnd = Buffer.from("\n\n");
const dataField = "data: ";
const unfinishedBytesMax = 1_048_576;

const letterE = 0x65;
const letterI = 0x69;
const dash = 0x2d;

/** The digits after the dash of `id: <epoch>-<seq>`; NaN when there are none. */
function seqAt(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(dash, from + 4) + 1;
  let value = at > 0 ? 0 : Number.NaN;
  for (let code = bytes[at] ?? 0; code >= 48 && code <= 57; code = bytes[at] ?? 0) {
    value = value * 10 + (code - 48);
    at++;
  }
  return value;
}

/**
 * A scanner for exactly what Barrage's encoder writes (LF, `id: ` before `data: `, control frames named). It is no
 * general parser: a thousand viewers on one core leave a microsecond per event. packages/client has the general one.
 */
export function createSseScan(sink: ReaderSink): SseScan {
  let rest: Buffer | undefined;

  function takeFrame(bytes: Buffer, [from, to]: readonly [number, number]) {
    const first = bytes[from];
    if (first === letterI) {
      sink.onEvent(seqAt(bytes, from), ageInBytes(bytes, [from, to], nowMicros()));
    } else if (first === letterE) {
      const data = bytes.indexOf(dataField, from) + dataField.length;
      takeControl(bytes.toString("utf8", data, to), sink);
    }
  }

  return {
    push(chunk) {
      const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
      let from = 0;
      for (let to = bytes.indexOf(frameEnd); to >= 0; to = bytes.indexOf(frameEnd, from)) {
        takeFrame(bytes, [from, to]);
        from = to + frameEnd.length;
      }
      // Copied: the socket's buffer is used again for the next read.
      rest = from === bytes.length ? undefined : Buffer.from(bytes.subarray(from));
      if ((rest?.length ?? 0) > unfinishedBytesMax)
        sink.onEnd({ kind: "nonsense", detail: "an endless frame" });
    },
  };
}
