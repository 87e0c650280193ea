import { expect } from "bun:test";
import { connect } from "node:net";
import { describeContract, pseudoRandomBytes, refusalOf } from "./contract-world.ts";
import { fetchSigned, sha256Hex, signChunks, signRequest } from "./sign-request.ts";

const CRC32_OF_DIGITS = "y/Q5Jg=="; // of 123456789
const CRC32_OF_8_DIGITS = "muDarw=="; // of 12345678

/** Uploads as they travel: aws-chunked, signed chunks, trailers, and what goes wrong on the way. */
describeContract("framed uploads", ({ newBucket, check, endpoint }) => {
  const headOf = (target: string) =>
    fetchSigned(endpoint(), { method: "HEAD", target, payloadHash: sha256Hex("") });
  const bodyOf = async (target: string) => {
    const response = await fetchSigned(endpoint(), { method: "GET", target, payloadHash: sha256Hex("") });
    return Buffer.from(await response.arrayBuffer());
  };

  /** An upload with an unsigned trailer; `framed` is the body as it goes over the wire. */
  const putFramed = async (framed: string, decodedBytes: number) => {
    const target = `/${await newBucket()}/k`;
    const response = await fetchSigned(endpoint(), {
      method: "PUT",
      target,
      payloadHash: "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      headers: {
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": String(decodedBytes),
        "x-amz-trailer": "x-amz-checksum-crc32",
      },
      body: Buffer.from(framed),
    });
    return { outcome: await refusalOf(response), status: (await headOf(target)).status };
  };

  /** An upload of signed chunks; `tamper` changes the framed body after it was signed. */
  const putSigned = async (
    chunks: readonly Uint8Array[],
    options: Readonly<{ trailer?: string; tamper?: (framed: Buffer) => Buffer }> = {},
  ) => {
    const target = `/${await newBucket()}/k`;
    const { trailer } = options;
    const signed = signRequest(endpoint(), {
      method: "PUT",
      target,
      payloadHash: `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? "-TRAILER" : ""}`,
      headers: {
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": String(chunks.reduce((sum, chunk) => sum + chunk.length, 0)),
        ...(trailer && { "x-amz-trailer": "x-amz-checksum-crc32" }),
      },
    });
    const framed = signChunks(signed, chunks, trailer ? [["x-amz-checksum-crc32", trailer]] : []);
    const body = Uint8Array.from(options.tamper?.(framed) ?? framed);
    const response = await fetch(endpoint().url + target, { method: "PUT", headers: signed.headers, body });
    return { outcome: await refusalOf(response), target };
  };
  const flip = (text: string) => (framed: Buffer) => {
    const at = framed.indexOf(text);
    expect(at).toBeGreaterThanOrEqual(0);
    const forged = Buffer.from(framed);
    forged.writeUInt8(forged.readUInt8(at) ^ 1, at);
    return forged;
  };

  check(
    "a right trailing checksum is accepted",
    async () => {
      const framed = `9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:${CRC32_OF_DIGITS}\r\n\r\n`;
      expect(await putFramed(framed, 9)).toEqual({ outcome: "accepted", status: 200 });
    },
    "checksum-trailers",
  );

  check(
    "a wrong trailing checksum is refused and nothing is written",
    async () => {
      const framed = `9\r\n12345678X\r\n0\r\nx-amz-checksum-crc32:${CRC32_OF_DIGITS}\r\n\r\n`;
      expect(await putFramed(framed, 9)).toEqual({ outcome: "400 BadDigest", status: 404 });
    },
    "checksum-trailers",
  );

  const BROKEN = [
    [
      "of chunks below 8 KB",
      `5\r\n12345\r\n4\r\n6789\r\n0\r\nx-amz-checksum-crc32:${CRC32_OF_DIGITS}\r\n\r\n`,
      9,
    ],
    ["that ends before its last chunk", "9\r\n123456789\r\n", 9],
    ["that ends within a chunk", "9\r\n1234", 9],
    ["without the trailer it declared", "9\r\n123456789\r\n0\r\n\r\n", 9],
    ["shorter than announced", `9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:${CRC32_OF_DIGITS}\r\n\r\n`, 10],
    ["longer than announced", `9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:${CRC32_OF_DIGITS}\r\n\r\n`, 8],
    [
      "with a size that is no number",
      `9x\r\n123456789\r\n0\r\nx-amz-checksum-crc32:${CRC32_OF_DIGITS}\r\n\r\n`,
      9,
    ],
    [
      "with a chunk longer than its size",
      `8\r\n123456789\r\n0\r\nx-amz-checksum-crc32:${CRC32_OF_8_DIGITS}\r\n\r\n`,
      8,
    ],
  ] as const;
  for (const [what, framed, decodedBytes] of BROKEN) {
    check(
      `a body ${what} is refused and nothing is written`,
      async () => {
        const { outcome, status } = await putFramed(framed, decodedBytes);
        expect(outcome).toMatch(/^400 /);
        expect(status).toBe(404);
      },
      "strict-framing",
    );
  }

  const chunks = [pseudoRandomBytes(8192, 5), pseudoRandomBytes(8192, 6), Buffer.from("123456789")];
  check(
    "signed chunks are accepted",
    async () => {
      const { outcome, target } = await putSigned(chunks);
      expect(outcome).toBe("accepted");
      expect((await bodyOf(target)).equals(Buffer.concat(chunks))).toBe(true);
    },
    "signed-chunks",
  );

  check(
    "a chunk changed on the way is refused and nothing is written",
    async () => {
      const { outcome, target } = await putSigned(chunks, { tamper: flip("123456789") });
      expect(outcome).toBe("403 SignatureDoesNotMatch");
      expect((await headOf(target)).status).toBe(404);
    },
    "signed-chunks",
  );

  check(
    "signed trailers are accepted, and refused when changed on the way",
    async () => {
      const trailer = CRC32_OF_DIGITS;
      const body = [Buffer.from("123456789")];
      expect((await putSigned(body, { trailer })).outcome).toBe("accepted");
      const forged = await putSigned(body, { trailer, tamper: flip(trailer) });
      expect(forged.outcome).toMatch(/^(403 SignatureDoesNotMatch|400 BadDigest|400 InvalidRequest)$/);
      expect((await headOf(forged.target)).status).toBe(404);
    },
    "signed-trailers",
  );

  check(
    "an upload cut off in mid-body leaves no object",
    async () => {
      const target = `/${await newBucket()}/k`;
      const headers = { "content-length": "100000" };
      const request = { method: "PUT", target, payloadHash: "UNSIGNED-PAYLOAD", headers };
      await sendAndHangUp(endpoint().url, {
        head: [`PUT ${target} HTTP/1.1`, ...headerLines(signRequest(endpoint(), request).headers)].join(
          "\r\n",
        ),
        body: Buffer.alloc(50_000),
      });
      expect((await headOf(target)).status).toBe(404);
    },
    "truncation",
  );
});

const headerLines = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

/** Sends the half of a request, ends the sending side, and waits until the server has let go of the connection. */
function sendAndHangUp(url: string, request: Readonly<{ head: string; body: Uint8Array }>): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port || "80"), hostname, () => {
      socket.write(`${request.head}\r\n\r\n`);
      socket.end(request.body);
    });
    socket.resume();
    socket.on("error", () => resolve());
    socket.on("close", () => resolve());
  });
}
