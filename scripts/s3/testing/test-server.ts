import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import type { Endpoint } from "../contract/contract-target.ts";
import { signRequest } from "../contract/sign-request.ts";
import { type S3Options, startS3 } from "../index.ts";

const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
export const Bucket = "bucket";

/** Servers and folders of one test; disposing of it stops and deletes them, last made first. */
export function createBench() {
  const cleanups: (() => unknown)[] = [];
  const clientOf = (url: string) => {
    const s3 = new S3Client({
      endpoint: url,
      region: "r",
      forcePathStyle: true,
      credentials,
      maxAttempts: 1,
    });
    cleanups.push(() => s3.destroy());
    return { s3, endpoint: { url, region: "r", ...credentials } };
  };
  return {
    credentials,
    newDataDir() {
      const dataDir = mkdtempSync(join(tmpdir(), "barrage-s3-"));
      cleanups.push(() => rmSync(dataDir, { recursive: true }));
      return dataDir;
    },
    async start(options: Partial<S3Options> & Readonly<{ dataDir: string }>) {
      const server = await startS3({ port: 0, ...credentials, ...options });
      cleanups.push(server.stop);
      return { ...server, ...clientOf(server.url) };
    },
    /** The server as a process of its own, so that it can be killed and measured. */
    async spawn(dataDir: string) {
      const { child, url } = await spawnMain(dataDir);
      cleanups.push(() => child.kill("SIGKILL"));
      return { child, ...clientOf(url) };
    },
    /** Begins a PUT and hands out the connection, on which the body is still to be sent. */
    beginUpload(endpoint: Endpoint, upload: RawUpload) {
      const connection = sendHead(endpoint, { method: "PUT", ...upload });
      cleanups.push(() => connection.socket.destroy());
      return connection;
    },
    /** Begins a GET, reads its first bytes and no more. */
    async stallDownload(endpoint: Endpoint, target: string) {
      const payloadHash = "UNSIGNED-PAYLOAD";
      const { socket, answer } = sendHead(endpoint, { method: "GET", target, payloadHash, headers: {} });
      cleanups.push(() => socket.destroy());
      const status = await answer;
      socket.pause();
      return status;
    },
    async [Symbol.asyncDispose]() {
      for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
    },
  };
}

type RawUpload = Readonly<{
  target: string;
  headers: Readonly<Record<string, string>>;
  payloadHash?: string;
}>;

/** Sends a signed request's head over a connection of its own; `answer` is the status line, or why there was none. */
function sendHead(endpoint: Endpoint, request: RawUpload & Readonly<{ method: string }>) {
  const signed = signRequest(endpoint, { payloadHash: "UNSIGNED-PAYLOAD", ...request });
  const socket: Socket = connect(Number(new URL(endpoint.url).port), "127.0.0.1");
  const lines = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}`);
  socket.write(`${request.method} ${request.target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  const answer = new Promise<string>((resolve) => {
    socket.once("data", (data) => resolve(data.toString("latin1").split("\r\n", 1)[0] ?? ""));
    socket.on("error", (error) => resolve(String(error)));
  });
  return { socket, answer };
}

async function spawnMain(dataDir: string) {
  const { accessKeyId, secretAccessKey } = credentials;
  const main = join(import.meta.dir, "..", "main.ts");
  const identity = ["--access-key-id", accessKeyId, "--secret-access-key", secretAccessKey];
  const child = Bun.spawn([process.execPath, main, "--data", dataDir, "--port", "0", ...identity], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const decoder = new TextDecoder();
  let output = "";
  for await (const bytes of child.stdout) {
    output += decoder.decode(bytes, { stream: true });
    const url = /http:\/\/[\d.:]+/.exec(output)?.[0];
    if (url) return { child, url };
  }
  throw new Error(`The server did not start: ${output}`);
}

/** Waits for a condition; the test's own deadline ends the wait. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(5);
}
