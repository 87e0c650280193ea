import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { refusal } from "./contract/contract-world.ts";
import { fetchSigned, sha256Hex } from "./contract/sign-request.ts";
import { Bucket, createBench, until } from "./testing/test-server.ts";

/** An upload of one part, ready to be completed. */
async function beginParts(s3: S3Client, Body: Uint8Array | string) {
  const address = { Bucket, Key: "parts" };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(address));
  const part = { ...address, UploadId, PartNumber: 1 };
  const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  return { abort: { ...address, UploadId }, complete: { ...address, UploadId, MultipartUpload } };
}

const keysOf = async (s3: S3Client) => {
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
  return (Contents ?? []).map(({ Key }) => Key);
};

describe("nothing is lost and nothing half-written", () => {
  test("what was written is there after a restart: objects, rules and uploads in progress", async () => {
    await using bench = createBench();
    const dataDir = bench.newDataDir();
    const first = await bench.start({ dataDir });
    await first.s3.send(new CreateBucketCommand({ Bucket }));
    await first.s3.send(new PutObjectCommand({ Bucket, Key: "a/b", Body: "kept", Metadata: { m: "1" } }));
    await first.s3.send(new PutObjectCommand({ Bucket, Key: "deleted", Body: "x" }));
    await first.s3.send(new DeleteObjectCommand({ Bucket, Key: "deleted" }));
    const CORSRules = [{ AllowedOrigins: ["*"], AllowedMethods: ["GET"] }];
    await first.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    const { complete } = await beginParts(first.s3, "part");
    await first.stop();

    const { s3 } = await bench.start({ dataDir });
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "a/b" }));
    expect(got.Metadata).toEqual({ m: "1" });
    expect(await got.Body?.transformToString()).toBe("kept");
    expect((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(CORSRules);
    await s3.send(new CompleteMultipartUploadCommand(complete));
    expect(await keysOf(s3)).toEqual(["a/b", "parts"]);
    expect(readdirSync(join(dataDir, "uploads"))).toEqual([]);
  });

  test("a server killed in mid-upload leaves no object, and its leftovers go at the next start", async () => {
    await using bench = createBench();
    const dataDir = bench.newDataDir();
    const { child, s3, endpoint } = await bench.spawn(dataDir);
    await s3.send(new CreateBucketCommand({ Bucket }));
    const headers = { "content-length": "1000000" };
    const { socket } = bench.beginUpload(endpoint, { target: `/${Bucket}/k`, headers });
    socket.write(Buffer.alloc(500_000));
    await until(() => readdirSync(join(dataDir, "tmp")).length === 1);
    child.kill("SIGKILL");
    await child.exited;

    const next = await bench.start({ dataDir });
    expect(readdirSync(join(dataDir, "tmp"))).toEqual([]);
    const head = next.s3.send(new HeadObjectCommand({ Bucket, Key: "k" }));
    expect(await refusal(head)).toBe("404 NotFound");
  });

  test("a refused or broken upload leaves no file behind", async () => {
    await using bench = createBench();
    const dataDir = bench.newDataDir();
    const { s3, endpoint } = await bench.start({ dataDir });
    await s3.send(new CreateBucketCommand({ Bucket }));
    const target = `/${Bucket}/k`;
    const body = Buffer.from("forged");
    await fetchSigned(endpoint, { method: "PUT", target, payloadHash: sha256Hex("signed"), body });
    const { socket } = bench.beginUpload(endpoint, { target, headers: { "content-length": "1000000" } });
    socket.write(Buffer.alloc(500_000));
    await until(() => readdirSync(join(dataDir, "tmp")).length === 1);
    socket.destroy();
    await until(() => readdirSync(join(dataDir, "tmp")).length === 0);
    expect(readdirSync(join(dataDir, "buckets", Bucket, "objects"))).toEqual([]);
  });

  test("a file torn by a power cut is no object", async () => {
    await using bench = createBench();
    const dataDir = bench.newDataDir();
    const first = await bench.start({ dataDir });
    await first.s3.send(new CreateBucketCommand({ Bucket }));
    for (const Key of ["torn", "empty", "garbled", "whole"]) {
      await first.s3.send(new PutObjectCommand({ Bucket, Key, Body: "x".repeat(1000) }));
    }
    await first.stop();
    const pathOf = (key: string) => join(dataDir, "buckets", Bucket, "objects", sha256Hex(key));
    truncateSync(pathOf("torn"), 1010);
    writeFileSync(pathOf("empty"), "");
    const garbled = readFileSync(pathOf("garbled"));
    writeFileSync(pathOf("garbled"), garbled.fill(0, garbled.length - 1));

    const { s3 } = await bench.start({ dataDir });
    expect(await keysOf(s3)).toEqual(["whole"]);
  });

  test("of a completion and an abort at once one wins, and the object is there exactly if it was the completion", async () => {
    await using bench = createBench();
    const { s3 } = await bench.start({ dataDir: bench.newDataDir() });
    await s3.send(new CreateBucketCommand({ Bucket }));
    const body = Buffer.alloc(6 * 1024 * 1024);
    for (let delay = 0; delay < 12; delay++) {
      const { abort, complete } = await beginParts(s3, body);
      const completed = refusal(s3.send(new CompleteMultipartUploadCommand(complete)));
      await Bun.sleep(delay); // not to be in time, but to meet the joining at another point each round
      const aborted = await refusal(s3.send(new AbortMultipartUploadCommand(abort)));
      const outcomes = [await completed, aborted];
      expect(outcomes.toSorted()).toEqual(["404 NoSuchUpload", "accepted"]);
      expect(await keysOf(s3)).toEqual(outcomes[0] === "accepted" ? ["parts"] : []);
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "parts" }));
    }
  });

  test("stop lets an upload in flight finish", async () => {
    await using bench = createBench();
    const dataDir = bench.newDataDir();
    const server = await bench.start({ dataDir });
    await server.s3.send(new CreateBucketCommand({ Bucket }));
    const headers = { "content-length": "100000" };
    const { socket, answer } = bench.beginUpload(server.endpoint, { target: `/${Bucket}/k`, headers });
    socket.write(Buffer.alloc(50_000));
    await until(() => readdirSync(join(dataDir, "tmp")).length === 1);
    const stopped = server.stop();
    socket.write(Buffer.alloc(50_000));
    expect(await answer).toBe("HTTP/1.1 200 OK");
    await stopped;
    const { s3 } = await bench.start({ dataDir });
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "k" }))).ContentLength).toBe(100_000);
  });
});
