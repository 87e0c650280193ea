import { expect } from "bun:test";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describeContract, refusalOf } from "./contract-world.ts";
import { fetchSigned } from "./sign-request.ts";

describeContract("presigned URLs", ({ client, newBucket, check, endpoint }) => {
  const withObject = async () => {
    const [s3, Bucket] = [client({ requestChecksumCalculation: "WHEN_REQUIRED" }), await newBucket()];
    await s3.send(new PutObjectCommand({ Bucket, Key: "ein Ümlaut +", Body: "secret" }));
    return { s3, Bucket, get: new GetObjectCommand({ Bucket, Key: "ein Ümlaut +" }) };
  };

  check("a presigned GET needs no other proof", async () => {
    const { s3, get } = await withObject();
    const response = await fetch(await getSignedUrl(s3, get, { expiresIn: 60 }));
    expect(await response.text()).toBe("secret");
  });

  check("a presigned PUT takes a body that was not known when it was signed", async () => {
    const { s3, Bucket } = await withObject();
    const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "up" }), { expiresIn: 60 });
    const response = await fetch(url, {
      method: "PUT",
      body: "uploaded",
      headers: { "content-type": "a/b" },
    });
    expect(await refusalOf(response)).toBe("accepted");
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "up" }));
    expect(got.ContentType).toBe("a/b");
    expect(await got.Body?.transformToString()).toBe("uploaded");
  });

  check(
    "an expired URL is refused",
    async () => {
      const { s3, get } = await withObject();
      const signingDate = new Date(Date.now() - 120_000);
      const url = await getSignedUrl(s3, get, { expiresIn: 60, signingDate });
      expect(await refusalOf(await fetch(url))).toBe("403 AccessDenied");
    },
    "signatures",
  );

  check(
    "a URL with another path, query, lifetime or method is refused",
    async () => {
      const { s3, Bucket, get } = await withObject();
      const url = await getSignedUrl(s3, get, { expiresIn: 60 });
      const tampered = [
        url.replace(`/${Bucket}/`, `/${Bucket}/other`),
        `${url}&response-content-type=text%2Fhtml`,
        url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"),
      ];
      for (const forged of tampered) {
        expect(await refusalOf(await fetch(forged))).toBe("403 SignatureDoesNotMatch");
      }
      expect(await refusalOf(await fetch(url, { method: "DELETE" }))).toBe("403 SignatureDoesNotMatch");
    },
    "signatures",
  );

  check(
    "a signed content type and length are held to",
    async () => {
      const { s3, Bucket } = await withObject();
      const input = { Bucket, Key: "up", ContentType: "image/png", ContentLength: 4 };
      const url = await getSignedUrl(s3, new PutObjectCommand(input), {
        expiresIn: 60,
        signableHeaders: new Set(["content-type", "content-length"]),
      });
      const put = async (type: string, body: string) =>
        refusalOf(await fetch(url, { method: "PUT", body, headers: { "content-type": type } }));
      expect(await put("text/html", "1234")).toBe("403 SignatureDoesNotMatch");
      expect(await put("image/png", "12345")).toBe("403 SignatureDoesNotMatch");
      expect(await put("image/png", "1234")).toBe("accepted");
    },
    "presigned-headers",
  );

  check(
    "an x-amz header the URL does not cover is refused",
    async () => {
      const { s3, Bucket } = await withObject();
      const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "up" }), { expiresIn: 60 });
      const headers = { "x-amz-meta-role": "admin" };
      const response = await fetch(url, { method: "PUT", body: "x", headers });
      expect(await refusalOf(response)).toBe("403 AccessDenied");
    },
    "presigned-headers",
  );

  check(
    "a request that is signed in two ways, each of them right, is refused",
    async () => {
      const { s3, get } = await withObject();
      const url = new URL(await getSignedUrl(s3, get, { expiresIn: 60 }));
      url.searchParams.sort();
      const target = url.pathname + url.search;
      const request = { method: "GET", target, payloadHash: "UNSIGNED-PAYLOAD" };
      expect(await refusalOf(await fetchSigned(endpoint(), request))).toMatch(/^40[03] /);
    },
    "signatures",
  );

  check(
    "metadata in the query becomes the object's",
    async () => {
      const { s3, Bucket } = await withObject();
      const input = { Bucket, Key: "up", Metadata: { room: "r1" } };
      const url = await getSignedUrl(s3, new PutObjectCommand(input), { expiresIn: 60 });
      expect(await refusalOf(await fetch(url, { method: "PUT", body: "x" }))).toBe("accepted");
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "up" }));
      expect(head.Metadata).toEqual({ room: "r1" });
    },
    "presigned-metadata",
  );

  check(
    "a presigned response override reaches the browser",
    async () => {
      const { s3, Bucket } = await withObject();
      const ResponseContentDisposition = 'attachment; filename="replay.json"';
      const get = new GetObjectCommand({ Bucket, Key: "ein Ümlaut +", ResponseContentDisposition });
      const response = await fetch(await getSignedUrl(s3, get, { expiresIn: 60 }));
      expect(response.headers.get("content-disposition")).toBe(ResponseContentDisposition);
    },
    "response-overrides",
  );
});
