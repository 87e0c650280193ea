import { expect } from "bun:test";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describeContract, refusal } from "./contract-world.ts";

const RANGES = [
  ["bytes=0-3", "0123", "bytes 0-3/10"],
  ["bytes=9-9", "9", "bytes 9-9/10"],
  ["bytes=4-", "456789", "bytes 4-9/10"],
  ["bytes=7-99", "789", "bytes 7-9/10"],
  ["bytes=-3", "789", "bytes 7-9/10"],
  ["bytes=-99", "0123456789", "bytes 0-9/10"],
] as const;

describeContract("ranges", ({ client, newBucket, check }) => {
  check("a range gives its bytes, its length and its place", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "0123456789" }));
    for (const [Range, text, ContentRange] of RANGES) {
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k", Range }));
      expect(got.$metadata.httpStatusCode).toBe(206);
      expect(got).toMatchObject({ ContentRange, ContentLength: text.length });
      expect(await got.Body?.transformToString()).toBe(text);
    }
  });

  check("a range outside the object is refused", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "0123456789" }));
    for (const Range of ["bytes=10-", "bytes=10-20", "bytes=-0"]) {
      const request = s3.send(new GetObjectCommand({ Bucket, Key: "k", Range }));
      expect(await refusal(request)).toBe("416 InvalidRange");
    }
  });

  check("a range nobody understands gives the whole object", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "0123456789" }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k", Range: "lines=1-2" }));
    expect(got.$metadata.httpStatusCode).toBe(200);
    expect(await got.Body?.transformToString()).toBe("0123456789");
  });
});
