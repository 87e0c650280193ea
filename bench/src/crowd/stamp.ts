/**
 * Send times travel inside the danmaku's text, as `⧗<microseconds since 1970 in base 36>`: the only way that shows
 * the whole path, through public interfaces alone. The sign survives NFKC and no one types it.
 */
const mark = "⧗";
const markBytes = Buffer.from(mark);

/** Older and future stamps are somebody else's text. */
const plausibleMicros = 120_000_000;

/** Now, in microseconds since 1970, alike in every thread and process of one machine. */
export function nowMicros(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}

/** A text that tells when it was sent. */
export function stamped(text: string): string {
  return `${text} ${mark}${nowMicros().toString(36)}`;
}

function digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 122 ? code - 87 : -1;
}

function latency(value: number, nowAtMicros: number): number | undefined {
  const micros = nowAtMicros - value;
  return value > 0 && Math.abs(micros) < plausibleMicros ? Math.max(0, micros) : undefined;
}

/** How long ago, in microseconds, the text between two places of `bytes` was sent; undefined without a stamp. */
export function ageInBytes(
  bytes: Buffer,
  range: readonly [number, number],
  nowAtMicros: number,
): number | undefined {
  const [from, to] = range;
  const at = bytes.indexOf(markBytes, from);
  if (at < 0 || at >= to) return undefined;
  let value = 0;
  for (let index = at + markBytes.length; index < to; index++) {
    const next = digit(bytes[index] ?? 0);
    if (next < 0) break;
    value = value * 36 + next;
  }
  return latency(value, nowAtMicros);
}

/** The same for text. */
export function ageInText(
  text: string,
  range: readonly [number, number],
  nowAtMicros: number,
): number | undefined {
  const [from, to] = range;
  const at = text.indexOf(mark, from);
  if (at < 0 || at >= to) return undefined;
  let value = 0;
  for (let index = at + mark.length; index < to; index++) {
    const next = digit(text.charCodeAt(index));
    if (next < 0) break;
    value = value * 36 + next;
  }
  return latency(value, nowAtMicros);
}
