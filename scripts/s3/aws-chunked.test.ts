import { describe, expect, test } from "bun:test";
import { type AwsChunkedDecoder, createAwsChunkedDecoder } from "./aws-chunked.ts";
import { createChunkSignatures } from "./chunk-signatures.ts";
import { signChunks, signRequest } from "./contract/sign-request.ts";
import { S3Error } from "./s3-error.ts";

const ROUNDS = 60;
const seed = Number(process.env["S3_FUZZ_SEED"] ?? Date.now() % 1_000_000_007);

/** mulberry32: small, and the same everywhere. */
function createRandom(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { below: (end: number) => Math.floor(next() * end) };
}
type Random = ReturnType<typeof createRandom>;

/** Full of line ends and zeros, to tempt the decoder. */
const TEMPTING = (() => {
  const random = createRandom(seed);
  return Uint8Array.from({ length: 40_000 }, () => [13, 10, 48, random.below(256)][random.below(4)] ?? 0);
})();

/** Chunks as an SDK would send them: 8 KB or more, but for the last. */
function randomChunks(random: Random): Uint8Array[] {
  const bytes = (length: number) => {
    const start = random.below(TEMPTING.length - length);
    return TEMPTING.slice(start, start + length);
  };
  const chunks = Array.from({ length: random.below(4) }, () => bytes(8192 + random.below(9000)));
  return [...chunks, bytes(1 + random.below(500))];
}

function split(whole: Uint8Array, random: Random): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const longest = [1, 7, 200, 70_000][random.below(4)] ?? 1;
  for (let at = 0; at < whole.length; ) {
    const piece = whole.subarray(at, at + 1 + random.below(longest));
    pieces.push(piece);
    at += piece.length;
  }
  return pieces;
}

function decode(decoder: AwsChunkedDecoder, pieces: readonly Uint8Array[]) {
  const payload = Buffer.concat(pieces.flatMap((piece) => decoder.push(piece)));
  return { payload, trailers: Object.fromEntries(decoder.finish()) };
}

function signedUpload(chunks: readonly Uint8Array[], trailer: string) {
  const endpoint = { url: "http://s3.test", region: "r", accessKeyId: "id", secretAccessKey: "secret" };
  const signed = signRequest(endpoint, { method: "PUT", target: "/b/k", payloadHash: "STREAMING" });
  const chain = { ...signed, seedSignature: signed.signature, payloadHash: "STREAMING", presigned: false };
  return {
    framed: signChunks(signed, chunks, [["x-amz-checksum-crc32", trailer]]),
    decoder: () =>
      createAwsChunkedDecoder({
        trailerNames: ["x-amz-checksum-crc32"],
        signatures: createChunkSignatures(chain),
      }),
  };
}

function unsignedUpload(chunks: readonly Uint8Array[], trailer: string) {
  const framed = chunks.map((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}\r\n`),
    chunk,
    Buffer.from("\r\n"),
  ]);
  const end = Buffer.from(`0\r\nx-amz-checksum-crc32:${trailer}\r\n\r\n`);
  return {
    framed: Buffer.concat([...framed.flat(), end]),
    decoder: () => createAwsChunkedDecoder({ trailerNames: ["x-amz-checksum-crc32"] }),
  };
}

describe(`aws-chunked, fuzzed (S3_FUZZ_SEED=${seed})`, () => {
  for (const [kind, upload] of [
    ["unsigned", unsignedUpload],
    ["signed", signedUpload],
  ] as const) {
    test(`${kind}: however the body is split, payload and trailers are the same`, () => {
      const random = createRandom(seed);
      for (let round = 0; round < ROUNDS; round++) {
        const chunks = randomChunks(random);
        const { framed, decoder } = upload(chunks, "AAAA==");
        const got = decode(decoder(), split(framed, random));
        expect(got.payload.equals(Buffer.concat(chunks))).toBe(true);
        expect(got.trailers["x-amz-checksum-crc32"]).toBe("AAAA==");
      }
    });

    test(`${kind}: a body cut off anywhere is never taken for a whole one`, () => {
      const random = createRandom(seed + 1);
      for (let round = 0; round < ROUNDS; round++) {
        const { framed, decoder } = upload(randomChunks(random), "AAAA==");
        const cut = framed.subarray(0, random.below(framed.length));
        expect(() => decode(decoder(), split(cut, random))).toThrow(S3Error);
      }
    });
  }

  test("signed: a body with any bit changed is refused, or means the same", () => {
    const random = createRandom(seed + 2);
    let refused = 0;
    for (let round = 0; round < ROUNDS * 4; round++) {
      const chunks = randomChunks(random);
      const { framed, decoder } = signedUpload(chunks, "AAAA==");
      const at = random.below(2) === 0 ? random.below(100) : random.below(framed.length);
      framed.writeUInt8(framed.readUInt8(at) ^ (1 << random.below(8)), at);
      try {
        // hexadecimal digits may change their case
        expect(decode(decoder(), split(framed, random)).payload.equals(Buffer.concat(chunks))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(S3Error);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(ROUNDS * 3);
  });

  test("trailers other than the declared ones are refused: missing, more, twice", () => {
    const finish = (trailers: string) => () => {
      const decoder = createAwsChunkedDecoder({ trailerNames: ["x-amz-a"] });
      decoder.push(Buffer.from(`0\r\n${trailers}\r\n`));
      return decoder.finish();
    };
    expect(Object.fromEntries(finish("X-Amz-A : 1\r\n")())).toEqual({ "x-amz-a": "1" });
    for (const trailers of ["", "x-amz-b:1\r\n", "x-amz-a:1\r\nx-amz-a:1\r\n", "x-amz-a\r\n"]) {
      expect(finish(trailers)).toThrow(new S3Error("MalformedTrailerError"));
    }
  });

  test("a framing line without an end is refused, not collected", () => {
    const decoder = createAwsChunkedDecoder({ trailerNames: [] });
    expect(() => {
      for (let n = 0; n < 100; n++) decoder.push(Buffer.alloc(1000, "1"));
    }).toThrow(S3Error);
  });
});
