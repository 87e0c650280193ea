import { crc32, deflateRawSync, constants as zlib } from "node:zlib";

/**
 * A piece of a gzip stream (RFC 1952) that can be spliced in after any other: it begins and ends on a byte, refers to
 * nothing before it, and knows its checksum, so that one compression serves every viewer, late ones too.
 */
export interface GzipPart {
  readonly bytes: Uint8Array;
  /** Of what is inside. */
  readonly crc: number;
  readonly length: number;
  /** What a checksum before this part is multiplied by to make room for it. */
  readonly shift: number;
}

/** RFC 1952, 2.3: deflate, no name, no time, unknown system. */
const header = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
const storedHeadBytes = 5;
const storedBytesMax = 0xffff;

/** Compresses once, for all who get it. */
export function deflatedPart(bytes: Uint8Array): GzipPart {
  return { bytes: deflateRawSync(bytes, { finishFlush: zlib.Z_SYNC_FLUSH }), ...sumOf(bytes) };
}

/** A part that is not compressed: for what one viewer alone gets, and is short. */
export function storedPart(bytes: Uint8Array): GzipPart {
  if (bytes.length > storedBytesMax) return deflatedPart(bytes);
  const part = new Uint8Array(storedHeadBytes + bytes.length);
  const view = new DataView(part.buffer);
  view.setUint16(1, bytes.length, true);
  view.setUint16(3, ~bytes.length & storedBytesMax, true);
  part.set(bytes, storedHeadBytes);
  return { bytes: part, ...sumOf(bytes) };
}

/** The gzip stream of one viewer: it keeps the checksum of all its parts in a few numbers. */
export class GzipStream {
  #crc = 0;
  #length = 0;

  /** The first bytes of the stream. */
  get header(): Uint8Array {
    return header;
  }

  /** Notes a part and returns its bytes. */
  add({ bytes, crc, length, shift }: GzipPart): Uint8Array {
    this.#crc = (multiply(shift, this.#crc) ^ crc) >>> 0;
    this.#length = (this.#length + length) >>> 0;
    return bytes;
  }

  /** The last bytes of the stream: an empty last block, the checksum, and the length. */
  trailer(): Uint8Array {
    const trailer = new Uint8Array(storedHeadBytes + 8);
    const view = new DataView(trailer.buffer);
    view.setUint8(0, 1);
    view.setUint16(3, storedBytesMax, true);
    view.setUint32(storedHeadBytes, this.#crc, true);
    view.setUint32(storedHeadBytes + 4, this.#length, true);
    return trailer;
  }
}

function sumOf(bytes: Uint8Array): Omit<GzipPart, "bytes"> {
  return { crc: crc32(bytes), length: bytes.length, shift: powerOfX(bytes.length * 8) };
}

/*
 * Checksums are joined as in zlib's crc32_combine (Mark Adler, zlib licence): they are polynomials over GF(2), and
 * appending n bits multiplies by x^n modulo the CRC's own polynomial. Bit 31 is x^0.
 */
const polynomial = 0xedb88320;
const one = 0x80000000;

function multiply(left: number, right: number): number {
  let product = 0;
  let term = right;
  for (let bit = one; bit !== 0; bit >>>= 1) {
    if ((left & bit) !== 0) product ^= term;
    term = (term & 1) === 0 ? term >>> 1 : (term >>> 1) ^ polynomial;
  }
  return product >>> 0;
}

function powerOfX(exponent: number): number {
  let power = one;
  let square = one >>> 1;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(square, power);
    square = multiply(square, square);
  }
  return power;
}
