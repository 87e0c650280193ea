import { expect } from "bun:test";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describeContract, refusal } from "./contract-world.ts";

const HOUR_MS = 3_600_000;

describeContract("conditions", ({ client, newBucket, check }) => {
  const withObject = async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "first" }));
    return { s3, Bucket, ETag };
  };

  check(
    "If-None-Match: * writes a new object and never overwrites one",
    async () => {
      const { s3, Bucket } = await withObject();
      const put = (Key: string) =>
        refusal(s3.send(new PutObjectCommand({ Bucket, Key, Body: "second", IfNoneMatch: "*" })));
      expect(await put("k")).toBe("412 PreconditionFailed");
      expect(await put("other")).toBe("accepted");
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k" }));
      expect(await got.Body?.transformToString()).toBe("first");
    },
    "conditional-writes",
  );

  check(
    "If-Match writes over that very version alone",
    async () => {
      const { s3, Bucket, ETag } = await withObject();
      const put = (Key: string, IfMatch = ETag) =>
        refusal(s3.send(new PutObjectCommand({ Bucket, Key, Body: "second", IfMatch })));
      expect(await put("k", '"00000000000000000000000000000000"')).toBe("412 PreconditionFailed");
      expect(await put("missing")).toBe("404 NoSuchKey");
      expect(await put("k")).toBe("accepted");
      expect(await put("k")).toBe("412 PreconditionFailed");
    },
    "conditional-writes",
  );

  check("a GET with If-Match gives that version or nothing", async () => {
    const { s3, Bucket, ETag } = await withObject();
    const get = (IfMatch = ETag) => refusal(s3.send(new GetObjectCommand({ Bucket, Key: "k", IfMatch })));
    expect(await get()).toBe("accepted");
    expect(await get('"0"')).toBe("412 PreconditionFailed");
  });

  check("If-None-Match answers 304 for the version at hand", async () => {
    const { s3, Bucket, ETag } = await withObject();
    const head = (IfNoneMatch = ETag) =>
      refusal(s3.send(new HeadObjectCommand({ Bucket, Key: "k", IfNoneMatch })));
    expect(await head()).toStartWith("304");
    expect(await head('"0"')).toBe("accepted");
  });

  check(
    "If-Modified-Since answers 304 for an older object",
    async () => {
      const { s3, Bucket } = await withObject();
      const get = (fromNowMs: number) => {
        const IfModifiedSince = new Date(Date.now() + fromNowMs);
        return refusal(s3.send(new GetObjectCommand({ Bucket, Key: "k", IfModifiedSince })));
      };
      expect(await get(-HOUR_MS)).toBe("accepted");
      const { LastModified } = await s3.send(new HeadObjectCommand({ Bucket, Key: "k" }));
      const same = new GetObjectCommand({ Bucket, Key: "k", IfModifiedSince: LastModified });
      expect(await refusal(s3.send(same))).toStartWith("304");
    },
    "http-dates",
  );

  check("If-Unmodified-Since refuses a newer object", async () => {
    const { s3, Bucket } = await withObject();
    const get = (fromNowMs: number) => {
      const IfUnmodifiedSince = new Date(Date.now() + fromNowMs);
      return refusal(s3.send(new GetObjectCommand({ Bucket, Key: "k", IfUnmodifiedSince })));
    };
    expect(await get(HOUR_MS)).toBe("accepted");
    expect(await get(-HOUR_MS)).toBe("412 PreconditionFailed");
  });
});
