import { expect } from "bun:test";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describeContract, pseudoRandomBytes, refusal } from "./contract-world.ts";

describeContract("objects", ({ client, newBucket, check }) => {
  check("an object comes back with its bytes, headers, metadata and MD5 as ETag", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    const Body = pseudoRandomBytes(100_000, 1);
    const kept = {
      ContentType: "image/x-test",
      CacheControl: "max-age=60",
      ContentDisposition: 'attachment; filename="a.bin"',
      ContentEncoding: "identity",
      ContentLanguage: "de",
      Metadata: { colour: "blue  green", n: "1" },
    };
    const ETag = `"${createHash("md5").update(Body).digest("hex")}"`;
    const put = await s3.send(new PutObjectCommand({ Bucket, Key: "o", Body, ...kept }));
    expect(put.ETag).toBe(ETag);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "o" }));
    expect(got).toMatchObject({ ...kept, ETag, ContentLength: 100_000, AcceptRanges: "bytes" });
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(Body);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "o" }));
    expect(head).toMatchObject({ ...kept, ETag, ContentLength: 100_000 });
    expect(Math.abs((head.LastModified?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  check("an empty object is an object", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    await s3.send(new PutObjectCommand({ Bucket, Key: "empty", Body: new Uint8Array() }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "empty" }));
    expect(got.ContentLength).toBe(0);
    expect(await got.Body?.transformToString()).toBe("");
  });

  check("a streamed body arrives without its framing", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    const whole = pseudoRandomBytes(300_000, 2);
    const pieces = Array.from({ length: 30 }, (_, n) => whole.subarray(n * 10_000, (n + 1) * 10_000));
    const put = { Bucket, Key: "s", Body: Readable.from(pieces), ContentLength: whole.length };
    await s3.send(new PutObjectCommand(put));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "s" }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(whole);
  });

  check(
    "how a body travelled is not how the object is encoded",
    async () => {
      const [s3, Bucket] = [client(), await newBucket()];
      const put = { Bucket, Key: "s", Body: Readable.from([Buffer.from("text")]), ContentLength: 4 };
      await s3.send(new PutObjectCommand(put));
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "s" }));
      expect(head.ContentEncoding).toBeUndefined();
    },
    "content-encoding",
  );

  check("writing again replaces bytes and metadata", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "first", Metadata: { old: "1" } }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "2nd", Metadata: { new: "2" } }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k" }));
    expect(await got.Body?.transformToString()).toBe("2nd");
    expect(got.Metadata).toEqual({ new: "2" });
  });

  check("a deleted object is gone, and deleting it again is fine", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    expect(await refusal(s3.send(new GetObjectCommand({ Bucket, Key: "k" })))).toBe("404 NoSuchKey");
    expect(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key: "k" })))).toBe("404 NotFound");
  });

  check("a missing bucket is named as such", async () => {
    const [s3, Bucket] = [client(), "contract-never-made"];
    const put = s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
    expect(await refusal(put)).toBe("404 NoSuchBucket");
    expect(await refusal(s3.send(new GetObjectCommand({ Bucket, Key: "k" })))).toBe("404 NoSuchBucket");
  });

  check(
    "more than 2 KB of metadata are refused",
    async () => {
      const [s3, Bucket] = [client(), await newBucket()];
      const put = { Bucket, Key: "k", Body: "x", Metadata: { big: "x".repeat(2100) } };
      expect(await refusal(s3.send(new PutObjectCommand(put)))).toBe("400 MetadataTooLarge");
    },
    "metadata-limit",
  );

  check(
    "response-* overrides headers of a GET",
    async () => {
      const [s3, Bucket] = [client(), await newBucket()];
      await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x", ContentType: "a/b" }));
      const overrides = {
        ResponseContentType: "text/plain",
        ResponseContentDisposition: "attachment; filename=b.txt",
        ResponseCacheControl: "no-store",
        ResponseContentLanguage: "fr",
        ResponseContentEncoding: "identity",
      };
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k", ...overrides }));
      expect(got).toMatchObject({
        ContentType: "text/plain",
        ContentDisposition: "attachment; filename=b.txt",
        CacheControl: "no-store",
        ContentLanguage: "fr",
        ContentEncoding: "identity",
      });
    },
    "response-overrides",
  );

  check("a batch deletes what is there and reports all it was asked for", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    const keys = ["plain", "with/slash", "<&>\"'", "空"];
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const Objects = [...keys, "missing"].map((Key) => ({ Key }));
    const loud = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(loud.Deleted?.map(({ Key }) => Key).toSorted()).toEqual([...keys, "missing"].toSorted());
    for (const Key of keys) {
      expect(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key })))).toBe("404 NotFound");
    }
  });

  check(
    "a quiet batch reports nothing of what it deleted",
    async () => {
      const [s3, Bucket] = [client(), await newBucket()];
      await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
      const Objects = [{ Key: "k" }];
      const quiet = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      expect(quiet.Deleted ?? []).toEqual([]);
      expect(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key: "k" })))).toBe("404 NotFound");
    },
    "quiet-deletes",
  );
});
