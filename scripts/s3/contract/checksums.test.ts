import { expect } from "bun:test";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import {
  type ChecksumAlgorithm,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { describeContract, pseudoRandomBytes, refusal, refusalOf } from "./contract-world.ts";
import { fetchSigned, sha256Hex } from "./sign-request.ts";

/** The sums of "123456789" that the algorithms' own definitions give. */
const KNOWN = [
  { algorithm: "CRC32", value: "y/Q5Jg==" },
  { algorithm: "CRC32C", value: "4waSgw==" },
  { algorithm: "CRC64NVME", value: "rosUhgp5mIg=" },
  { algorithm: "SHA1", value: createHash("sha1").update("123456789").digest("base64") },
  { algorithm: "SHA256", value: createHash("sha256").update("123456789").digest("base64") },
] as const;

describeContract("checksums", (world) => {
  const { client, newBucket, check, endpoint } = world;
  const put = async (input: Omit<PutObjectCommandInput, "Bucket" | "Key">) => {
    const [s3, Bucket] = [client({ requestChecksumCalculation: "WHEN_REQUIRED" }), await newBucket()];
    const outcome = await refusal(s3.send(new PutObjectCommand({ Bucket, Key: "k", ...input })));
    const head = () => s3.send(new HeadObjectCommand({ Bucket, Key: "k", ChecksumMode: "ENABLED" }));
    return { outcome, head };
  };

  for (const { algorithm, value } of KNOWN) {
    const needs = algorithm === "CRC64NVME" ? "crc64nvme" : undefined;
    const field = `Checksum${algorithm}` as const;
    check(
      `${algorithm} is verified, kept and given back`,
      async () => {
        const { outcome, head } = await put({ Body: "123456789", [field]: value });
        expect(outcome).toBe("accepted");
        expect((await head())[field]).toBe(value);
      },
      needs,
    );

    check(
      `a wrong ${algorithm} is refused and nothing is written`,
      async () => {
        const { outcome, head } = await put({ Body: "12345678X", [field]: value });
        expect(outcome).toMatch(/^400 (BadDigest|InvalidRequest)$/);
        expect(await refusal(head())).toBe("404 NotFound");
      },
      needs,
    );

    check(
      `${algorithm} comes as a trailer of a streamed body`,
      async () => {
        const [s3, Bucket] = [client(), await newBucket()];
        const Body = Readable.from([Buffer.from("123456789")]);
        const input = { Bucket, Key: "k", Body, ContentLength: 9, ChecksumAlgorithm: algorithm };
        await s3.send(new PutObjectCommand(input satisfies { ChecksumAlgorithm: ChecksumAlgorithm }));
        const head = new HeadObjectCommand({ Bucket, Key: "k", ChecksumMode: "ENABLED" });
        expect((await s3.send(head))[field]).toBe(value);
      },
      needs ?? "checksum-trailers",
    );
  }

  check("the SDK's defaults sum every upload, and verify every download", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    const { ChecksumCRC32 } = await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "123456789" }));
    expect(ChecksumCRC32).toBe("y/Q5Jg==");
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k" }));
    expect(got.ChecksumCRC32).toBe("y/Q5Jg==");
    expect(await got.Body?.transformToString()).toBe("123456789");
  });

  check("with WHEN_REQUIRED bodies go up and down without sums", async () => {
    const config = {
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    } as const;
    const [s3, Bucket] = [client(config), await newBucket()];
    const bytes = pseudoRandomBytes(200_000, 4);
    const ContentLength = bytes.length;
    await s3.send(new PutObjectCommand({ Bucket, Key: "bytes", Body: bytes }));
    await s3.send(
      new PutObjectCommand({ Bucket, Key: "stream", Body: Readable.from([bytes]), ContentLength }),
    );
    for (const Key of ["bytes", "stream"]) {
      const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
      expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
    }
  });

  check("a part of an object is not given with the checksum of the whole", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "123456789" }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k", Range: "bytes=2-4" }));
    expect(await got.Body?.transformToString()).toBe("345");
  });

  check("Content-MD5 is held to", async () => {
    const ContentMD5 = createHash("md5").update("right").digest("base64");
    expect((await put({ Body: "right", ContentMD5 })).outcome).toBe("accepted");
    const wrong = await put({ Body: "wrong", ContentMD5 });
    expect(wrong.outcome).toBe("400 BadDigest");
    expect(await refusal(wrong.head())).toBe("404 NotFound");
    expect((await put({ Body: "right", ContentMD5: "bm8=" })).outcome).toBe("400 InvalidDigest");
  });

  check(
    "a body other than the one that was hashed and signed is refused",
    async () => {
      const target = `/${await newBucket()}/k`;
      const payloadHash = sha256Hex("signed");
      const body = Buffer.from("forged");
      const response = await fetchSigned(endpoint(), { method: "PUT", target, payloadHash, body });
      expect(await refusalOf(response)).toBe("400 XAmzContentSHA256Mismatch");
      const head = await fetchSigned(endpoint(), { method: "HEAD", target, payloadHash: sha256Hex("") });
      expect(head.status).toBe(404);
    },
    "payload-hash",
  );
});
