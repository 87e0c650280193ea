import { expect } from "bun:test";
import {
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  GetObjectCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describeContract, refusal } from "./contract-world.ts";

const RULES = [
  {
    ID: "uploads",
    AllowedOrigins: ["https://*.example.org", "https://example.com"],
    AllowedMethods: ["GET", "PUT"],
    AllowedHeaders: ["content-type", "x-amz-*"],
    ExposeHeaders: ["ETag"],
    MaxAgeSeconds: 300,
  },
];

describeContract("pages of other origins", ({ client, newBucket, check, endpoint }) => {
  const preflight = (bucket: string, asked: Readonly<{ origin: string; method: string; headers?: string }>) =>
    fetch(`${endpoint().url}/${bucket}/some/key`, {
      method: "OPTIONS",
      headers: {
        origin: asked.origin,
        "access-control-request-method": asked.method,
        ...(asked.headers && { "access-control-request-headers": asked.headers }),
      },
    });
  const withRules = async () => {
    const [s3, Bucket] = [client({ requestChecksumCalculation: "WHEN_REQUIRED" }), await newBucket()];
    await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: RULES } }));
    return { s3, Bucket };
  };

  check(
    "rules are kept, given back and deleted",
    async () => {
      const { s3, Bucket } = await withRules();
      expect((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(RULES);
      await s3.send(new DeleteBucketCorsCommand({ Bucket }));
      const get = s3.send(new GetBucketCorsCommand({ Bucket }));
      expect(await refusal(get)).toBe("404 NoSuchCORSConfiguration");
    },
    "bucket-cors",
  );

  check(
    "a preflight is granted what a rule allows",
    async () => {
      const { Bucket } = await withRules();
      const origin = "https://live.example.org";
      const response = await preflight(Bucket, {
        origin,
        method: "PUT",
        headers: "content-type,x-amz-meta-a",
      });
      expect(response.status).toBeLessThan(300);
      expect(response.headers.get("access-control-allow-origin")).toBe(origin);
      expect(response.headers.get("access-control-allow-methods")).toContain("PUT");
      expect(response.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("content-type");
      expect(response.headers.get("access-control-expose-headers")).toContain("ETag");
      expect(response.headers.get("access-control-max-age")).toBe("300");
    },
    "bucket-cors",
  );

  check(
    "a preflight of another origin, method or header is refused",
    async () => {
      const { Bucket } = await withRules();
      const origin = "https://example.com";
      const forbidden = [
        { origin: "https://evil.test", method: "PUT" },
        { origin: "https://example.org", method: "PUT" },
        { origin, method: "DELETE" },
        { origin, method: "PUT", headers: "authorization" },
      ];
      for (const asked of forbidden) expect((await preflight(Bucket, asked)).status).toBe(403);
      expect((await preflight(Bucket, { origin, method: "PUT" })).status).toBeLessThan(300);
    },
    "bucket-cors",
  );

  check(
    "an upload by an allowed page can read its ETag",
    async () => {
      const { s3, Bucket } = await withRules();
      const origin = "https://example.com";
      const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "k" }), { expiresIn: 60 });
      const response = await fetch(url, { method: "PUT", body: "x", headers: { origin } });
      expect(response.headers.get("access-control-allow-origin")).toBe(origin);
      expect(response.headers.get("access-control-expose-headers")).toContain("ETag");
      expect(response.headers.get("etag")).toBeString();
      const other = await fetch(url, {
        method: "PUT",
        body: "x",
        headers: { origin: "https://evil.test" },
      });
      expect(other.headers.get("access-control-allow-origin")).toBeNull();
    },
    "bucket-cors",
  );

  check(
    "a page of this machine may do everything where a bucket has no rules, and see why it failed",
    async () => {
      const [s3, Bucket] = [client(), await newBucket()];
      for (const origin of ["http://localhost:5173", "http://127.0.0.1:3000", "http://localhost"]) {
        const response = await preflight(Bucket, { origin, method: "PUT", headers: "content-type" });
        expect(response.status).toBe(200);
        expect(response.headers.get("access-control-allow-origin")).toBe(origin);
        expect(response.headers.get("access-control-expose-headers")).toContain("ETag");
      }
      expect((await preflight(Bucket, { origin: "https://evil.test", method: "PUT" })).status).toBe(403);
      const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "missing" }), {
        expiresIn: 60,
      });
      const missing = await fetch(url, { headers: { origin: "http://localhost:5173" } });
      expect(missing.status).toBe(404);
      expect(missing.headers.get("access-control-allow-origin")).toBe("http://localhost:5173");
    },
    "default-cors",
  );
});
