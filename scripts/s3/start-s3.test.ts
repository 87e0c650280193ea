import { describe, expect, test } from "bun:test";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { refusal, refusalOf } from "./contract/contract-world.ts";
import { fetchSigned, sha256Hex } from "./contract/sign-request.ts";
import { startS3 } from "./index.ts";
import { Bucket, createBench } from "./testing/test-server.ts";

describe("the S3 server for development", () => {
  test("an oversized body is refused before it is read", async () => {
    await using bench = createBench();
    const { s3, endpoint } = await bench.start({ dataDir: bench.newDataDir(), objectBytesMax: 1000 });
    await s3.send(new CreateBucketCommand({ Bucket }));
    const put = (size: number) =>
      refusal(s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: new Uint8Array(size) })));
    expect(await put(1000)).toBe("accepted");
    expect(await put(1001)).toBe("400 EntityTooLarge");
    const headers = { "content-length": "1000000000000" };
    expect(await bench.beginUpload(endpoint, { target: `/${Bucket}/k`, headers }).answer).toStartWith(
      "HTTP/1.1 400",
    );
  });

  test("a framed body that outgrows what it announced is refused while it is sent", async () => {
    await using bench = createBench();
    const { s3, endpoint } = await bench.start({ dataDir: bench.newDataDir() });
    await s3.send(new CreateBucketCommand({ Bucket }));
    const { socket, answer } = bench.beginUpload(endpoint, {
      target: `/${Bucket}/k`,
      payloadHash: "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      headers: { "content-length": "1000000000000", "x-amz-decoded-content-length": "10" },
    });
    socket.write(`fffffff\r\n${"x".repeat(5_000_000)}`);
    expect(await answer).toStartWith("HTTP/1.1 400");
  });

  test("the connection of a refused upload goes on to serve", async () => {
    await using bench = createBench();
    const { endpoint } = await bench.start({ dataDir: bench.newDataDir() });
    const headers = { "content-length": "5000000" };
    const { socket, answer } = bench.beginUpload(endpoint, { target: "/missing-bucket/k", headers });
    socket.write(Buffer.alloc(5_000_000));
    expect(await answer).toStartWith("HTTP/1.1 404");
    const next = new Promise((resolve) =>
      socket.on("data", (data) => data.includes("HTTP/1.1 403") && resolve("")),
    );
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await next;
  });

  test("an operation it doesn't know is refused, and never taken for another", async () => {
    await using bench = createBench();
    const { s3, endpoint } = await bench.start({ dataDir: bench.newDataDir() });
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "kept" }));
    const send = async (method: string, target: string) =>
      refusalOf(await fetchSigned(endpoint, { method, target, payloadHash: sha256Hex("") }));
    expect(await send("PUT", `/${Bucket}/k?acl=`)).toBe("501 NotImplemented");
    expect(await send("PUT", `/${Bucket}/k?tagging=`)).toBe("501 NotImplemented");
    expect(await send("DELETE", `/${Bucket}/k?tagging=`)).toBe("501 NotImplemented");
    expect(await send("GET", `/${Bucket}/k?torrent=`)).toBe("501 NotImplemented");
    expect(await send("DELETE", `/${Bucket}?lifecycle=`)).toBe("501 NotImplemented");
    expect(await send("GET", `/${Bucket}`)).toBe("501 NotImplemented");
    expect(await send("PATCH", `/${Bucket}/k`)).toBe("405 MethodNotAllowed");
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k" }));
    expect(await got.Body?.transformToString()).toBe("kept");
  });

  test("memory stays bounded: neither a large upload nor a stalled download is held in it", async () => {
    await using bench = createBench();
    const { child, s3, endpoint } = await bench.spawn(bench.newDataDir());
    await s3.send(new CreateBucketCommand({ Bucket }));
    const residentBytes = async () => {
      const ps = Bun.spawn(["ps", "-o", "rss=", "-p", String(child.pid)]);
      return Number(await new Response(ps.stdout).text()) * 1024;
    };
    const before = await residentBytes();
    const target = `/${Bucket}/big`;
    const sizeBytes = 192 * 1024 * 1024;
    const headers = { "content-length": String(sizeBytes) };
    const { socket, answer } = bench.beginUpload(endpoint, { target, headers });
    const piece = Buffer.alloc(1024 * 1024);
    for (let sent = 0; sent < sizeBytes; sent += piece.length) {
      if (!socket.write(piece)) await new Promise((resolve) => socket.once("drain", resolve));
    }
    expect(await answer).toBe("HTTP/1.1 200 OK");
    expect((await residentBytes()) - before).toBeLessThan(sizeBytes / 2);

    expect(await bench.stallDownload(endpoint, target)).toBe("HTTP/1.1 200 OK");
    // other requests are served meanwhile; by then an unbounded buffer would have swallowed the object
    for (let n = 0; n < 50; n++) await s3.send(new HeadObjectCommand({ Bucket, Key: "big" }));
    expect((await residentBytes()) - before).toBeLessThan(sizeBytes / 2);
  }, 20_000);

  test("a taken port is an error, not a wait", async () => {
    await using bench = createBench();
    const { port } = await bench.start({ dataDir: bench.newDataDir() });
    const second = startS3({ dataDir: bench.newDataDir(), port, ...bench.credentials });
    const outcome = await second.then(
      () => "started",
      (error: unknown) => Object(error).code,
    );
    expect(outcome).toBe("EADDRINUSE");
  });

  test("the main ends on SIGTERM with exit code 0", async () => {
    await using bench = createBench();
    const { child } = await bench.spawn(bench.newDataDir());
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
  });
});
