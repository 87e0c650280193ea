/** A value, or a promise of it. */
type Awaitable<T> = T | Promise<T>;

/** A MAC under one key. */
export type Mac = (data: Uint8Array) => Awaitable<Uint8Array>;

/**
 * The two primitives of the draw. An argument, so that the same rules run on the server's native hashes and, for
 * verification, on the browser's own WebCrypto, which is asynchronous.
 */
export interface Hashing {
  sha256(data: Uint8Array): Awaitable<Uint8Array>;
  /** HMAC-SHA256 (RFC 2104) under `key`. */
  hmacSha256(key: Uint8Array): Awaitable<Mac>;
}

/** How many hashes are under way at once where they are asynchronous: enough to hide the latency, and bounded. */
const inFlightMax = 512;

/** Hands out `count` hashes in order; a bounded number of them is under way at a time. */
export async function eachHash(
  count: number,
  hash: (index: number) => Awaitable<Uint8Array>,
  take: (index: number, value: Uint8Array) => void,
): Promise<void> {
  for (let start = 0; start < count; start += inFlightMax) {
    const pending: Awaitable<Uint8Array>[] = [];
    for (let index = start; index < Math.min(count, start + inFlightMax); index++) pending.push(hash(index));
    let index = start;
    for (const value of pending) take(index++, value instanceof Uint8Array ? value : await value);
  }
}

const encoder = new TextEncoder();

/** UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The parts, one after the other. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Every field with its length before it (4 bytes, big-endian), so that no two lists of fields look alike. */
export function lengthPrefixed(fields: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    fields.flatMap((field) => {
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, field.length);
      return [length, field];
    }),
  );
}

/** Byte order: negative, zero or positive like a comparator of `sort`. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
