import { expect } from "bun:test";
import { CopyObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describeContract, refusal } from "./contract-world.ts";

describeContract("copies", ({ client, newBucket, check }) => {
  const withSource = async (Key: string) => {
    const [s3, Bucket] = [client(), await newBucket()];
    const put = { Bucket, Key, Body: "source", ContentType: "a/b", Metadata: { from: "source" } };
    const { ETag } = await s3.send(new PutObjectCommand(put));
    return { s3, Bucket, ETag, CopySource: `${Bucket}/${encodeURIComponent(Key)}` };
  };

  check("a copy has the bytes, headers and metadata of its source, across buckets", async () => {
    const { s3, CopySource, ETag } = await withSource("ein schöner Schlüssel/+%😀");
    const Bucket = await newBucket();
    const copy = await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource }));
    expect(copy.CopyObjectResult?.ETag).toBe(ETag);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "copy" }));
    expect(got).toMatchObject({ ContentType: "a/b", Metadata: { from: "source" } });
    expect(await got.Body?.transformToString()).toBe("source");
  });

  check("REPLACE gives the copy metadata of its own, in place too", async () => {
    const { s3, Bucket, CopySource } = await withSource("k");
    const copy = { Bucket, Key: "k", CopySource, Metadata: { now: "new" }, ContentType: "c/d" };
    await s3.send(new CopyObjectCommand({ ...copy, MetadataDirective: "REPLACE" }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k" }));
    expect(got).toMatchObject({ ContentType: "c/d", Metadata: { now: "new" } });
    expect(await got.Body?.transformToString()).toBe("source");
  });

  check(
    "a copy onto itself that changes nothing is refused",
    async () => {
      const { s3, Bucket, CopySource } = await withSource("k");
      const copy = s3.send(new CopyObjectCommand({ Bucket, Key: "k", CopySource }));
      expect(await refusal(copy)).toBe("400 InvalidRequest");
    },
    "self-copy",
  );

  check("a copy of nothing is refused", async () => {
    const { s3, Bucket } = await withSource("k");
    const copy = s3.send(new CopyObjectCommand({ Bucket, Key: "c", CopySource: `${Bucket}/missing` }));
    expect(await refusal(copy)).toBe("404 NoSuchKey");
  });

  check(
    "conditions on the source are held to",
    async () => {
      const { s3, Bucket, CopySource, ETag } = await withSource("k");
      const copy = (conditions: object) =>
        refusal(s3.send(new CopyObjectCommand({ Bucket, Key: "c", CopySource, ...conditions })));
      expect(await copy({ CopySourceIfMatch: '"0"' })).toBe("412 PreconditionFailed");
      expect(await copy({ CopySourceIfNoneMatch: ETag })).toBe("412 PreconditionFailed");
      expect(await copy({ CopySourceIfMatch: ETag })).toBe("accepted");
    },
    "copy-conditions",
  );
});
