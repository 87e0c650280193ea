import { expect } from "bun:test";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { Feature } from "./contract-target.ts";
import { describeContract, refusal } from "./contract-world.ts";

const KEYS: readonly Readonly<{ what: string; keys: readonly string[]; needs?: Feature }>[] = [
  {
    what: "of any script, with emoji and both Unicode forms",
    keys: ["弹幕/直播", "😀👩‍👩‍👧", "\u00e9", "e\u0301"],
  },
  {
    what: "with characters that mean something in URLs and XML",
    keys: ["a b", "a+b", "a%20b", "a&b", "<k>'\"", "q?x=1", "h#f", "(*!)", "~", "k;v=1,2", "[x]{y}|^`\\"],
  },
  { what: "that differ by case alone", keys: ["Key", "key", "KEY"] },
  { what: "that are the prefix of others", keys: ["a", "a/b", "a/b/c"], needs: "keys-beside-prefixes" },
  { what: "with empty and trailing segments", keys: ["t/", "t//u", "/lead"], needs: "keys-beside-prefixes" },
  {
    what: "with dot segments, which stay inside the bucket",
    keys: ["..", "../x", "a/../b", "./c", "a/./d", "../../../../tmp/barrage-s3-escaped", "a/.."],
    needs: "dot-segments",
  },
  {
    what: "with control characters",
    keys: ["tab\there", "line\nfeed", "cr\r", "nul\u0001"],
    needs: "control-characters",
  },
  { what: "as long as a key may be", keys: ["é".repeat(512)], needs: "long-keys" },
];

describeContract("keys", ({ client, newBucket, check }) => {
  for (const { what, keys, needs } of KEYS) {
    check(
      `keys ${what} hold an object each`,
      async () => {
        const [s3, Bucket] = [client(), await newBucket()];
        for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: `body of ${Key}` }));
        for (const Key of keys) {
          const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
          expect(await got.Body?.transformToString()).toBe(`body of ${Key}`);
        }
        for (const EncodingType of [undefined, "url"] as const) {
          const listed = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType }));
          const encoded = listed.EncodingType === "url";
          const decode = (key = "") => (encoded ? decodeURIComponent(key.replaceAll("+", " ")) : key);
          const decoded = listed.Contents?.map(({ Key }) => decode(Key));
          expect(decoded?.toSorted()).toEqual(keys.toSorted());
        }
        const Objects = keys.map((Key) => ({ Key }));
        await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
        expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
      },
      needs,
    );
  }

  check("a key over 1,024 bytes is refused", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    const put = s3.send(new PutObjectCommand({ Bucket, Key: "é".repeat(513), Body: "x" }));
    expect(await refusal(put)).toBe("400 KeyTooLongError");
  });
});
