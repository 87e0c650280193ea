import { expect } from "bun:test";
import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describeContract, pseudoRandomBytes, refusal } from "./contract-world.ts";

const MIB = 1024 * 1024;

describeContract("multipart uploads", ({ client, newBucket, check }) => {
  const begin = async (input: Partial<CreateMultipartUploadCommandInput> = {}) => {
    const s3 = client();
    const Bucket = input.Bucket ?? (await newBucket());
    const Key = input.Key ?? "k";
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...input, Bucket, Key }));
    const address = { Bucket, Key, UploadId };
    const upload = async (PartNumber: number, Body: Uint8Array | string) => {
      const algorithm = input.ChecksumAlgorithm ? { ChecksumAlgorithm: input.ChecksumAlgorithm } : {};
      const part = await s3.send(new UploadPartCommand({ ...address, PartNumber, Body, ...algorithm }));
      if (!input.ChecksumAlgorithm) return { PartNumber, ETag: part.ETag };
      const { ETag, ChecksumCRC32, ChecksumSHA256, ChecksumCRC64NVME } = part;
      return { PartNumber, ETag, ChecksumCRC32, ChecksumSHA256, ChecksumCRC64NVME };
    };
    type Parts = NonNullable<CompleteMultipartUploadCommandInput["MultipartUpload"]>["Parts"];
    const complete = (Parts: Parts, more: Partial<CompleteMultipartUploadCommandInput> = {}) =>
      s3.send(new CompleteMultipartUploadCommand({ ...address, MultipartUpload: { Parts }, ...more }));
    return { s3, Bucket, Key, address, upload, complete };
  };

  check("20 MB in parts, sent in any order, become one object with its metadata", async () => {
    const { s3, Bucket, Key, upload, complete } = await begin({ ContentType: "a/b", Metadata: { m: "1" } });
    const pieces = [1, 2, 3, 4].map((n) => pseudoRandomBytes(5 * MIB + (n === 4 ? 1234 : 0), n));
    const parts = await Promise.all(
      [4, 2, 1, 3].map((number) => upload(number, pieces[number - 1] ?? Buffer.alloc(0))),
    );
    expect(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key })))).toBe("404 NotFound");
    const done = await complete(parts.toSorted((a, b) => a.PartNumber - b.PartNumber));
    const md5s = pieces.map((piece) => createHash("md5").update(piece).digest());
    expect(done.ETag).toBe(`"${createHash("md5").update(Buffer.concat(md5s)).digest("hex")}-4"`);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(got).toMatchObject({ ContentType: "a/b", Metadata: { m: "1" }, ContentLength: 20 * MIB + 1234 });
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Buffer.concat(pieces))).toBe(
      true,
    );
  });

  check("a part sent again replaces the first, and a part not named is left out", async () => {
    const { s3, Bucket, Key, upload, complete } = await begin();
    await upload(1, "first");
    const second = await upload(1, "again");
    await upload(2, "left out");
    await complete([second]);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(await got.Body?.transformToString()).toBe("again");
  });

  check("an aborted upload leaves nothing and takes nothing more", async () => {
    const { s3, Bucket, Key, address, upload, complete } = await begin();
    const part = await upload(1, "x");
    await s3.send(new AbortMultipartUploadCommand(address));
    expect(await refusal(upload(2, "y"))).toBe("404 NoSuchUpload");
    expect(await refusal(complete([part]))).toBe("404 NoSuchUpload");
    expect(await refusal(s3.send(new ListPartsCommand(address)))).toBe("404 NoSuchUpload");
    expect(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key })))).toBe("404 NotFound");
  });

  check("an upload belongs to its key", async () => {
    const { s3, address } = await begin();
    const part = { ...address, Key: "other", PartNumber: 1, Body: "x" };
    expect(await refusal(s3.send(new UploadPartCommand(part)))).toBe("404 NoSuchUpload");
  });

  check("parts out of order, unknown or changed are refused, and the upload goes on", async () => {
    const { upload, complete } = await begin();
    const one = await upload(1, Buffer.alloc(5 * MIB));
    const two = await upload(2, Buffer.alloc(5 * MIB, 2));
    expect(await refusal(complete([two, one]))).toBe("400 InvalidPartOrder");
    expect(await refusal(complete([one, { ...two, PartNumber: 3 }]))).toBe("400 InvalidPart");
    expect(await refusal(complete([one, { ...two, ETag: '"00000000000000000000000000000000"' }]))).toBe(
      "400 InvalidPart",
    );
    expect(await refusal(complete([one, two]))).toBe("accepted");
  });

  check("a part below 5 MB that is not the last is refused", async () => {
    const { upload, complete } = await begin();
    const parts = [await upload(1, "small"), await upload(2, "last")];
    expect(await refusal(complete(parts))).toBe("400 EntityTooSmall");
  });

  check("part numbers run from 1 to 10,000", async () => {
    const { upload } = await begin();
    expect(await refusal(upload(0, "x"))).toBe("400 InvalidArgument");
    expect(await refusal(upload(10_001, "x"))).toBe("400 InvalidArgument");
    expect(await refusal(upload(10_000, "x"))).toBe("accepted");
  });

  check(
    "parts are listed by number, in pages",
    async () => {
      const { s3, address, upload } = await begin();
      for (const number of [7, 2, 9, 4, 1]) await upload(number, "x".repeat(number));
      const numbers: (number | undefined)[] = [];
      let marker: string | undefined;
      for (let pages = 1; ; pages++) {
        const page = await s3.send(
          new ListPartsCommand({ ...address, MaxParts: 2, PartNumberMarker: marker }),
        );
        for (const part of page.Parts ?? []) {
          expect(part.Size).toBe(part.PartNumber ?? 0);
          numbers.push(part.PartNumber);
        }
        marker = page.NextPartNumberMarker;
        if (!page.IsTruncated) {
          expect(pages).toBe(3);
          break;
        }
      }
      expect(numbers).toEqual([1, 2, 4, 7, 9]);
    },
    "part-pages",
  );

  check(
    "uploads in progress are listed by key, in pages and by prefix",
    async () => {
      const { s3, Bucket } = await begin({ Key: "b/2" });
      for (const Key of ["a", "b/1", "b/1", "c"])
        await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const seen: (string | undefined)[] = [];
      const ids = new Set<string | undefined>();
      let after = {};
      for (;;) {
        const page = await s3.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 2, ...after }));
        for (const upload of page.Uploads ?? []) {
          seen.push(upload.Key);
          ids.add(upload.UploadId);
        }
        if (!page.IsTruncated) break;
        after = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      }
      expect(seen).toEqual(["a", "b/1", "b/1", "b/2", "c"]);
      expect(ids.size).toBe(5);
      const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: "b/" }));
      expect(Uploads?.map(({ Key }) => Key)).toEqual(["b/1", "b/1", "b/2"]);
    },
    "upload-pages",
  );

  check(
    "completing with If-None-Match: * never overwrites",
    async () => {
      const { s3, Bucket, Key, upload, complete } = await begin();
      const part = await upload(1, "from parts");
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: "was first" }));
      expect(await refusal(complete([part], { IfNoneMatch: "*" }))).toBe("412 PreconditionFailed");
      const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
      expect(await got.Body?.transformToString()).toBe("was first");
    },
    "conditional-writes",
  );

  check("a composite checksum sums the parts' checksums", async () => {
    const { s3, Bucket, Key, upload, complete } = await begin({ ChecksumAlgorithm: "SHA256" });
    const pieces = [pseudoRandomBytes(5 * MIB, 8), Buffer.from("tail")];
    const parts = [await upload(1, pieces[0] ?? ""), await upload(2, pieces[1] ?? "")];
    await complete(parts);
    const sums = pieces.map((piece) => createHash("sha256").update(piece).digest());
    const whole = createHash("sha256").update(Buffer.concat(sums)).digest("base64");
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    expect(head.ChecksumSHA256).toBe(`${whole}-2`);
  });

  check("a part with another checksum than the upload's is refused", async () => {
    const { s3, address } = await begin({ ChecksumAlgorithm: "SHA256" });
    const part = { ...address, PartNumber: 1, Body: "x", ChecksumAlgorithm: "CRC32" } as const;
    expect(await refusal(s3.send(new UploadPartCommand(part)))).toBe("400 InvalidRequest");
  });

  check(
    "a full-object checksum is that of the joined bytes",
    async () => {
      const { s3, Bucket, Key, upload, complete } = await begin({ ChecksumAlgorithm: "CRC64NVME" });
      const head = Buffer.alloc(5 * MIB, "barrage");
      await complete([await upload(1, head), await upload(2, "tail")]);
      await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: "whole",
          Body: Buffer.concat([head, Buffer.from("tail")]),
          ChecksumAlgorithm: "CRC64NVME",
        }),
      );
      const checksumOf = async (Key: string) =>
        s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
      const [parts, whole] = [await checksumOf(Key), await checksumOf("whole")];
      expect(parts.ChecksumType).toBe("FULL_OBJECT");
      expect(whole.ChecksumCRC64NVME).toBeString();
      expect(parts.ChecksumCRC64NVME).toBe(whole.ChecksumCRC64NVME);
    },
    "full-object-checksums",
  );
});
