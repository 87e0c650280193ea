import { expect } from "bun:test";
import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { describeContract, refusal, refusalOf } from "./contract-world.ts";
import { fetchSigned, sha256Hex } from "./sign-request.ts";

const uriEncode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

describeContract("listings", ({ client, newBucket, check, endpoint }) => {
  /** A bucket with an object under each key; there may be many, so written without the SDK's own cost. */
  const withKeys = async (keys: readonly string[]) => {
    const [s3, Bucket] = [client({ requestChecksumCalculation: "WHEN_REQUIRED" }), await newBucket()];
    const queue = [...keys];
    const request = { method: "PUT", payloadHash: sha256Hex("x"), body: Buffer.from("x") };
    const put = async () => {
      for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
        const target = `/${Bucket}/${key.split("/").map(uriEncode).join("/")}`;
        const response = await fetchSigned(endpoint(), { ...request, target });
        expect(await refusalOf(response)).toBe("accepted");
      }
    };
    await Promise.all(Array.from({ length: 16 }, put));
    return { s3, Bucket };
  };

  /** Every page of a listing, and what it held in the order it came. */
  const listAll = async (s3: S3Client, input: ListObjectsV2CommandInput) => {
    const keys: string[] = [];
    const prefixes: string[] = [];
    let pages = 0;
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ ...input, ContinuationToken }));
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
      for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix !== undefined) prefixes.push(Prefix);
      expect(page.KeyCount).toBe((page.Contents?.length ?? 0) + (page.CommonPrefixes?.length ?? 0));
      expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
      ContinuationToken = page.NextContinuationToken;
      pages++;
    } while (ContinuationToken !== undefined);
    return { keys, prefixes, pages };
  };

  check("2,500 keys come in three pages, each once and in order", async () => {
    const keys = Array.from({ length: 2500 }, (_, n) => `rooms/${n % 7}/${String(n).padStart(5, "0")}`);
    const { s3, Bucket } = await withKeys(keys);
    const listed = await listAll(s3, { Bucket });
    expect(listed.pages).toBe(3);
    expect(listed.keys).toEqual(keys.toSorted());
    const some = await listAll(s3, { Bucket, Prefix: "rooms/3/", MaxKeys: 100 });
    expect(some.keys).toEqual(keys.filter((key) => key.startsWith("rooms/3/")).toSorted());
    const rolledUp = await listAll(s3, { Bucket, Prefix: "rooms/", Delimiter: "/", MaxKeys: 2 });
    expect(rolledUp.prefixes).toEqual(Array.from({ length: 7 }, (_, n) => `rooms/${n}/`));
    expect(rolledUp.keys).toEqual([]);
  });

  check("a delimiter rolls keys up, beside those without it", async () => {
    const { s3, Bucket } = await withKeys(["a", "b/1", "b/2", "b/c/3", "d", "e/4"]);
    for (const MaxKeys of [1, 2, 3, 1000]) {
      const all = await listAll(s3, { Bucket, Delimiter: "/", MaxKeys });
      expect(all).toMatchObject({ keys: ["a", "d"], prefixes: ["b/", "e/"] });
    }
    const inner = await listAll(s3, { Bucket, Delimiter: "/", Prefix: "b/" });
    expect(inner).toMatchObject({ keys: ["b/1", "b/2"], prefixes: ["b/c/"] });
    const partial = await listAll(s3, { Bucket, Delimiter: "/", Prefix: "b" });
    expect(partial).toMatchObject({ keys: [], prefixes: ["b/"] });
  });

  check("start-after begins behind a key, there or not", async () => {
    const { s3, Bucket } = await withKeys(["a", "b", "c", "d"]);
    expect((await listAll(s3, { Bucket, StartAfter: "b" })).keys).toEqual(["c", "d"]);
    expect((await listAll(s3, { Bucket, StartAfter: "bb", MaxKeys: 1 })).keys).toEqual(["c", "d"]);
    expect((await listAll(s3, { Bucket, StartAfter: "z" })).keys).toEqual([]);
  });

  check("an empty bucket, and a page of no keys, are empty and complete", async () => {
    const { s3, Bucket } = await withKeys([]);
    expect((await listAll(s3, { Bucket })).keys).toEqual([]);
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
    expect(await listAll(s3, { Bucket, MaxKeys: 0 })).toEqual({ keys: [], prefixes: [], pages: 1 });
  });

  check(
    "keys are in the order of their UTF-8 bytes",
    async () => {
      const keys = ["A", "a", "a ", "a!", "a/b", "aa", "é", "\uffee", "😀"];
      const { s3, Bucket } = await withKeys(keys);
      const inBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect((await listAll(s3, { Bucket, MaxKeys: 2 })).keys).toEqual(inBytes);
    },
    "keys-beside-prefixes",
  );

  check(
    "encoding-type=url gives keys percent-encoded",
    async () => {
      const { s3, Bucket } = await withKeys(["a b/+&<>é", "a b/c/d"]);
      const input = { Bucket, EncodingType: "url", Prefix: "a b/", Delimiter: "/" } as const;
      const page = await s3.send(new ListObjectsV2Command(input));
      expect(page.EncodingType).toBe("url");
      const decode = (text = "") => decodeURIComponent(text.replaceAll("+", " "));
      expect(page.Contents?.map(({ Key }) => Key)).toEqual([expect.stringContaining("%C3%A9")]);
      expect(page.Contents?.map(({ Key }) => decode(Key))).toEqual(["a b/+&<>é"]);
      expect(page.CommonPrefixes?.map(({ Prefix }) => decode(Prefix))).toEqual(["a b/c/"]);
    },
    "list-encoding",
  );

  check("a listing knows sizes, times and ETags", async () => {
    const { s3, Bucket } = await withKeys([]);
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "12345" }));
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents).toMatchObject([{ Key: "k", Size: 5, ETag, StorageClass: "STANDARD" }]);
    expect(Math.abs((Contents?.[0]?.LastModified?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  check("a listing of a missing bucket is refused", async () => {
    const list = client().send(new ListObjectsV2Command({ Bucket: "contract-never-made" }));
    expect(await refusal(list)).toBe("404 NoSuchBucket");
  });
});
