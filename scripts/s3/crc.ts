import { crc32 } from "node:zlib";

/** A running sum over bytes; `digest` gives it big-endian, as S3's checksum headers carry it in Base64. */
export type RunningSum = Readonly<{ update(bytes: Uint8Array): void; digest(): Buffer }>;

export function createCrc32(): RunningSum {
  let crc = 0;
  return {
    update(bytes) {
      crc = crc32(bytes, crc);
    },
    digest: () => uint32Bytes(crc),
  };
}

const CRC32C_POLYNOMIAL = 0x82f63b78; // Castagnoli, reflected (RFC 3720, B.4)

/** No runtime brings CRC-32C: a table of one byte's steps is plenty for a development server. */
export function createCrc32c(): RunningSum {
  const table = crc32cTable();
  let crc = 0xffffffff;
  return {
    update(bytes) {
      for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
    },
    digest: () => uint32Bytes(crc ^ 0xffffffff),
  };
}

function crc32cTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? CRC32C_POLYNOMIAL : 0);
    return crc;
  });
}

const CRC64NVME_POLYNOMIAL = { high: 0x9a6c9329, low: 0xac4bc9b5 }; // reflected (NVM Express, 64b CRC)

/** CRC-64/NVME in two 32-bit halves: BigInt arithmetic would be some fifty times slower. */
export function createCrc64Nvme(): RunningSum {
  const { highs, lows } = crc64Tables();
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update(bytes) {
      for (const byte of bytes) {
        const at = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (lows[at] ?? 0);
        high = (high >>> 8) ^ (highs[at] ?? 0);
      }
    },
    digest: () => Buffer.concat([uint32Bytes(high ^ 0xffffffff), uint32Bytes(low ^ 0xffffffff)]),
  };
}

function crc64Tables() {
  const highs = new Uint32Array(256);
  const lows = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let high = 0;
    let low = byte;
    for (let bit = 0; bit < 8; bit++) {
      const carry = low & 1;
      low = ((low >>> 1) | (high << 31)) ^ (carry ? CRC64NVME_POLYNOMIAL.low : 0);
      high = (high >>> 1) ^ (carry ? CRC64NVME_POLYNOMIAL.high : 0);
    }
    highs[byte] = high;
    lows[byte] = low;
  }
  return { highs, lows };
}

function uint32Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
