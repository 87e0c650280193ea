import { expect } from "bun:test";
import { randomBytes } from "node:crypto";
import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  DeleteBucketCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describeContract, refusal } from "./contract-world.ts";

describeContract("buckets", ({ client, newBucket, check }) => {
  check("a bucket is made, seen, listed and deleted", async () => {
    const s3 = client();
    const Bucket = `contract-${randomBytes(6).toString("hex")}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new HeadBucketCommand({ Bucket }));
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toContain(Bucket);
    await s3.send(new DeleteBucketCommand({ Bucket }));
    expect(await refusal(s3.send(new HeadBucketCommand({ Bucket })))).toBe("404 NotFound");
  });

  check("making a bucket again keeps what is in it", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    await s3.send(new PutObjectCommand({ Bucket, Key: "kept", Body: "kept" }));
    await s3.send(new CreateBucketCommand({ Bucket })).catch((error: unknown) => {
      expect(error).toBeInstanceOf(BucketAlreadyOwnedByYou);
    });
    await s3.send(new HeadObjectCommand({ Bucket, Key: "kept" }));
  });

  check("a bucket with something in it is not deleted", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    await s3.send(new PutObjectCommand({ Bucket, Key: "a/b", Body: "x" }));
    expect(await refusal(s3.send(new DeleteBucketCommand({ Bucket })))).toBe("409 BucketNotEmpty");
  });

  check("a bucket name out of the rules is refused", async () => {
    const request = client().send(new CreateBucketCommand({ Bucket: "No_Capitals" }));
    expect(await refusal(request)).toBe("400 InvalidBucketName");
  });
});
