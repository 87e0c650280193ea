import { createHash, type Hash } from "node:crypto";
import type { ChunkSignatures } from "./chunk-signatures.ts";
import { S3Error } from "./s3-error.ts";

/** Undoes aws-chunked framing piece by piece; holds at most one framing line, never data. */
export type AwsChunkedDecoder = Readonly<{
  /** The payload in this piece of the body, as views into it. @throws S3Error when the framing or a signature is wrong */
  push(bytes: Uint8Array): readonly Uint8Array[];
  /** The trailers, once the body has ended. @throws S3Error `IncompleteBody`, `MalformedTrailerError` */
  finish(): ReadonlyMap<string, string>;
}>;

export type AwsChunkedOptions = Readonly<{
  /** Names the request declared in `x-amz-trailer`: exactly these must come. */
  trailerNames: readonly string[];
  /** Present when chunks (and trailers) are signed. */
  signatures?: ChunkSignatures;
}>;

const LINE_BYTES_MAX = 4096;
/** S3 refuses smaller chunks before the last: a stream of crumbs must not work here and fail in production. */
const CHUNK_BYTES_MIN = 8192;
const TRAILER_SIGNATURE = "x-amz-trailer-signature";
const CR = 0x0d;
const LF = 0x0a;

type State = "size" | "data" | "data-end" | "trailer" | "end";

export function createAwsChunkedDecoder(options: AwsChunkedOptions): AwsChunkedDecoder {
  const chunk = createChunkCheck(options.signatures);
  const trailers = new Map<string, string>();
  const lines = createLineReader(onLine);
  let state: State = "size";
  let leftBytes = 0;

  function onLine(text: string): void {
    if (state === "size") {
      leftBytes = chunk.begin(text);
      state = leftBytes > 0 ? "data" : "trailer";
    } else if (state === "data-end") {
      if (text !== "") throw new S3Error("InvalidChunkSizeError", "A chunk is longer than its size");
      state = "size";
    } else if (state === "trailer") {
      if (text === "") state = "end";
      else addTrailer(trailers, text, options.trailerNames);
    }
  }

  function takeData(bytes: Uint8Array): Uint8Array {
    const data = bytes.subarray(0, leftBytes);
    chunk.update(data);
    leftBytes -= data.length;
    if (leftBytes === 0) {
      chunk.end();
      state = "data-end";
    }
    return data;
  }

  return {
    push(bytes) {
      const payload: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; ) {
        if (state === "end") throw new S3Error("IncompleteBody", "Bytes follow the last chunk");
        if (state === "data") {
          const data = takeData(bytes.subarray(at));
          payload.push(data);
          at += data.length;
        } else {
          at += lines.take(bytes.subarray(at));
        }
      }
      return payload;
    },
    finish() {
      if (state !== "end") throw new S3Error("IncompleteBody");
      verifyTrailers(trailers, options);
      return trailers;
    },
  };
}

/** Puts framing lines together from the pieces they come in. */
function createLineReader(onLine: (text: string) => void) {
  let line = "";
  return {
    /** Takes up to and including the next LF, or all of it; returns how much that was. */
    take(bytes: Uint8Array): number {
      const lf = bytes.indexOf(LF);
      const end = lf < 0 ? bytes.length : lf + 1;
      line += Buffer.from(bytes.buffer, bytes.byteOffset, end).toString("latin1");
      if (line.length > LINE_BYTES_MAX) throw new S3Error("InvalidChunkSizeError", "A line is too long");
      if (lf < 0) return end;
      const text = line;
      line = "";
      if (text.charCodeAt(text.length - 2) !== CR) throw new S3Error("InvalidChunkSizeError");
      onLine(text.slice(0, -2));
      return end;
    },
  };
}

/** Reads the size lines and, for a signed upload, holds each chunk to its signature. */
function createChunkCheck(signatures: ChunkSignatures | undefined) {
  let signature = "";
  let hash: Hash | undefined;
  let previousBytes = CHUNK_BYTES_MIN;
  const verify = () => {
    if (signatures && hash) signatures.verifyChunk(hash.digest("hex"), signature);
  };
  return {
    /** @returns the chunk's size in bytes; 0 is the last chunk */
    begin(text: string): number {
      const [, size, given] = /^([0-9a-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(text) ?? [];
      if (size === undefined) throw new S3Error("InvalidChunkSizeError");
      if (signatures && given === undefined)
        throw new S3Error("SignatureDoesNotMatch", "A chunk is not signed");
      signature = given ?? "";
      if (signatures) hash = createHash("sha256");
      const bytes = Number.parseInt(size, 16);
      if (bytes === 0) verify();
      else if (previousBytes < CHUNK_BYTES_MIN) {
        throw new S3Error("InvalidChunkSizeError", "Only the last chunk may be smaller than 8192 bytes");
      }
      previousBytes = bytes;
      return bytes;
    },
    update: (data: Uint8Array) => void hash?.update(data),
    end: verify,
  };
}

function addTrailer(trailers: Map<string, string>, text: string, declared: readonly string[]): void {
  const colon = text.indexOf(":");
  const name = text.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  const known = name === TRAILER_SIGNATURE || declared.includes(name);
  if (!known || trailers.has(name)) throw new S3Error("MalformedTrailerError");
  trailers.set(name, text.slice(colon + 1).trim());
}

function verifyTrailers(
  trailers: ReadonlyMap<string, string>,
  { trailerNames, signatures }: AwsChunkedOptions,
): void {
  if (trailerNames.some((name) => !trailers.has(name))) throw new S3Error("MalformedTrailerError");
  if (!signatures || trailerNames.length === 0) return;
  const canonical = [...trailers]
    .filter(([name]) => name !== TRAILER_SIGNATURE)
    .map(([name, value]) => `${name}:${value}\n`)
    .join("");
  signatures.verifyTrailers(canonical, trailers.get(TRAILER_SIGNATURE) ?? "");
}
