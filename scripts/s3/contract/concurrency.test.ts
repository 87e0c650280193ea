import { expect } from "bun:test";
import { createHash } from "node:crypto";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { describeContract, pseudoRandomBytes, refusal } from "./contract-world.ts";

describeContract("concurrency", ({ client, newBucket, check }) => {
  check("parallel writes to one key: at any time bytes, ETag and metadata are of one writer", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    const write = (n: number) => {
      const Body = pseudoRandomBytes(20_000 + n * 1000, n + 1);
      return s3.send(new PutObjectCommand({ Bucket, Key: "k", Body, Metadata: { writer: String(n) } }));
    };
    const readConsistent = async () => {
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k" }));
      const bytes = (await got.Body?.transformToByteArray()) ?? new Uint8Array();
      const writer = Number(got.Metadata?.["writer"]);
      expect(got.ETag).toBe(`"${createHash("md5").update(bytes).digest("hex")}"`);
      expect(bytes.length).toBe(20_000 + writer * 1000);
    };
    await write(0);
    await Promise.all(
      Array.from({ length: 24 }, async (_, n) => {
        await write(n);
        await readConsistent();
      }),
    );
    const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(KeyCount).toBe(1);
  });

  check("a download under way is not disturbed by a new version", async () => {
    const [s3, Bucket] = [client(), await newBucket()];
    const old = pseudoRandomBytes(8 * 1024 * 1024, 3);
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: old }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k" }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "new" }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(old)).toBe(true);
  });

  check(
    "of parallel writes that must not overwrite, exactly one wins",
    async () => {
      const [s3, Bucket] = [client(), await newBucket()];
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          refusal(s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: `${n}`, IfNoneMatch: "*" }))),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === "accepted")).toHaveLength(1);
      const others = outcomes.filter((outcome) => outcome !== "accepted");
      expect(others.every((o) => /^(412 PreconditionFailed|409 ConditionalRequestConflict)$/.test(o))).toBe(
        true,
      );
    },
    "conditional-writes",
  );
});
