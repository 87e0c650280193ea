import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestS3, type TestS3 } from "@barrage/testkit";
import { type Media, openMedia } from "./open-media.ts";
import { setUpBucket } from "./set-up-bucket.ts";

const partBytes = 5 * 1_024 ** 2;
const bucket = "barrage-media";
const webOrigin = "https://barrage.example";
const lifeMs = 60_000;
let s3: TestS3;
let media: Media;

const access = () => ({
  endpoint: s3.url,
  accessKeyId: s3.accessKeyId,
  secretAccessKey: s3.secretAccessKey,
});

beforeAll(async () => {
  s3 = await startTestS3();
  await setUpBucket({ ...access(), bucket, webOrigins: [webOrigin] });
  const opened = openMedia({
    s3Endpoint: s3.url,
    s3AccessKeyId: s3.accessKeyId,
    s3SecretAccessKey: s3.secretAccessKey,
    s3Region: "us-east-1",
    s3MediaBucket: bucket,
    s3PublicUrl: undefined,
  });
  if (opened === undefined) throw new Error("there is an endpoint");
  media = opened;
}, 20_000);
afterAll(async () => {
  media.close();
  await s3[Symbol.asyncDispose]();
});

const put = (url: string, body: BodyInit, type?: string) =>
  fetch(url, { method: "PUT", body, headers: type === undefined ? {} : { "content-type": type } });

/** As a browser does it: the URL, and the ETag out of the answer. */
async function putPart(
  upload: { key: string; uploadId: string },
  number: number,
  body: Uint8Array<ArrayBuffer>,
) {
  const url = await media.urls.partUrl(upload, { number, bytes: body.length }, lifeMs);
  const answer = await put(url, body);
  expect(answer.status).toBe(200);
  return { number, etag: answer.headers.get("etag") ?? "" };
}

describe("a media bucket", () => {
  test("is set up again without a change, and lets the web's pages and no others upload", async () => {
    const steps = await setUpBucket({ ...access(), bucket, webOrigins: [webOrigin] });
    expect(steps).toEqual([
      { step: "bucket", result: "done" },
      { step: "cors", result: "done" },
      { step: "lifecycle", result: "unsupported" },
    ]);
    const preflight = (origin: string) =>
      fetch(`${s3.url}/${bucket}/k`, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "PUT",
          "access-control-request-headers": "content-type",
        },
      });
    const allowed = await preflight(webOrigin);
    expect(allowed.headers.get("access-control-allow-origin")).toBe(webOrigin);
    expect(allowed.headers.get("access-control-expose-headers")).toContain("ETag");
    expect((await preflight("https://evil.example")).status).toBe(403);
  });

  test("takes an upload of exactly the type and length that its URL was made for", async () => {
    const url = await media.urls.uploadUrl("covers/a", { contentType: "image/png", bytes: 4 }, lifeMs);
    expect((await put(url, "1234", "text/html")).status).toBe(403);
    expect((await put(url, "12345", "image/png")).status).toBe(403);
    expect(await media.blobs.head("covers/a")).toBeUndefined();
    expect((await put(url, "1234", "image/png")).status).toBe(200);
    expect(await media.blobs.head("covers/a")).toEqual({ bytes: 4, contentType: "image/png" });
  });

  test("plays an object by ranges, under the headers that its URL says", async () => {
    await media.blobs.put("recordings/a", Buffer.from("0123456789"), "text/html");
    const url = await media.urls.downloadUrl(
      "recordings/a",
      { contentType: "video/webm", contentDisposition: "inline" },
      lifeMs,
    );
    const answer = await fetch(url, { headers: { range: "bytes=2-4" } });
    expect([answer.status, await answer.text()]).toEqual([206, "234"]);
    expect(answer.headers.get("content-type")).toBe("video/webm");
    expect((await fetch(url.replace("recordings/a", "covers/a"))).status).toBe(403);
  });

  test("signs for the address that browsers use, not for its own", async () => {
    const outside = openMedia({
      s3Endpoint: s3.url,
      s3AccessKeyId: "k",
      s3SecretAccessKey: "s",
      s3Region: "us-east-1",
      s3MediaBucket: bucket,
      s3PublicUrl: "https://media.example",
    });
    expect(await outside?.urls.downloadUrl("a", {}, lifeMs)).toStartWith(
      "https://media.example/barrage-media/a?",
    );
    outside?.close();
  });

  test("holds an upload's parts over a pause, a part sent again in place of the first, whole when completed", async () => {
    const upload = await media.uploads.begin("recordings/whole", "video/webm");
    await putPart(upload, 1, new Uint8Array(partBytes).fill(1));
    const first = await putPart(upload, 1, new Uint8Array(partBytes).fill(2));
    const last = await putPart(upload, 2, new Uint8Array(7).fill(3));
    expect(await media.blobs.head(upload.key)).toBeUndefined();
    expect(await media.uploads.list("recordings/")).toEqual([upload]);
    expect(await media.uploads.parts(upload)).toEqual([
      { ...first, bytes: partBytes },
      { ...last, bytes: 7 },
    ]);
    expect(await media.uploads.complete(upload, [first, last])).toBe("completed");
    expect(await media.blobs.head(upload.key)).toEqual({ bytes: partBytes + 7, contentType: "video/webm" });
    const seam = await media.blobs.get(upload.key, { start: partBytes - 1, end: partBytes + 1 });
    expect(seam).toEqual(new Uint8Array([2, 3]));
    expect(await media.uploads.complete(upload, [first, last])).toBe("gone");
    expect(await media.uploads.parts(upload)).toBeUndefined();
  }, 20_000);

  test("refuses parts that it does not hold and small ones in the middle, and forgets what is aborted", async () => {
    const upload = await media.uploads.begin("recordings/small", "video/webm");
    const parts = [await putPart(upload, 1, new Uint8Array(9)), await putPart(upload, 2, new Uint8Array(9))];
    expect(await media.uploads.complete(upload, [{ number: 5, etag: '"00"' }])).toBe("refused");
    expect(await media.uploads.complete(upload, parts)).toBe("refused");
    await media.uploads.abort(upload);
    await media.uploads.abort(upload);
    expect(await media.uploads.complete(upload, parts)).toBe("gone");
    expect(await media.uploads.list("recordings/")).toEqual([]);
  });

  test("loses everything under a prefix, and nothing beside it", async () => {
    for (const key of ["rooms/a/1", "rooms/a/2", "rooms/ab/1"])
      await media.blobs.put(key, Buffer.from("x"), "a/b");
    await media.blobs.deleteAll("rooms/a/");
    expect(await media.blobs.list("rooms/")).toEqual(["rooms/ab/1"]);
  });
});
