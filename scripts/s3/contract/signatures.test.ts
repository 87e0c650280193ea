import { expect } from "bun:test";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describeContract, refusal, refusalOf } from "./contract-world.ts";
import { fetchSigned, sha256Hex, signRequest } from "./sign-request.ts";

const EMPTY_HASH = sha256Hex("");

describeContract("signatures", ({ client, newBucket, check, endpoint }) => {
  const withObject = async () => {
    const Bucket = await newBucket();
    await client().send(new PutObjectCommand({ Bucket, Key: "k", Body: "secret" }));
    return { Bucket, request: { method: "GET", target: `/${Bucket}/k`, payloadHash: EMPTY_HASH } };
  };

  check(
    "a wrong secret is refused",
    async () => {
      const { Bucket } = await withObject();
      const credentials = { accessKeyId: endpoint().accessKeyId, secretAccessKey: "wrong" };
      const get = client({ credentials }).send(new GetObjectCommand({ Bucket, Key: "k" }));
      expect(await refusal(get)).toBe("403 SignatureDoesNotMatch");
    },
    "signatures",
  );

  check(
    "an unknown access key is refused",
    async () => {
      const { Bucket } = await withObject();
      const credentials = { accessKeyId: "nobody", secretAccessKey: "x" };
      const get = client({ credentials }).send(new GetObjectCommand({ Bucket, Key: "k" }));
      expect(await refusal(get)).toBe("403 InvalidAccessKeyId");
    },
    "unknown-keys",
  );

  check(
    "a request without a signature is refused",
    async () => {
      const { request } = await withObject();
      expect(await refusalOf(await fetch(endpoint().url + request.target))).toBe("403 AccessDenied");
    },
    "signatures",
  );

  check("a signature of the tests' own is accepted", async () => {
    const { request } = await withObject();
    const response = await fetchSigned(endpoint(), {
      ...request,
      headers: { "x-amz-meta-spaces": "a  b" },
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("secret");
  });

  check(
    "a signed header that was changed on the way is refused",
    async () => {
      const { request } = await withObject();
      const headers = { range: "bytes=0-0" };
      const unsigned = { range: "bytes=0-5" };
      const response = await fetchSigned(endpoint(), { ...request, headers, unsigned });
      expect(await refusalOf(response)).toBe("403 SignatureDoesNotMatch");
    },
    "signatures",
  );

  check(
    "an x-amz header that was added on the way is refused",
    async () => {
      const { request } = await withObject();
      const unsigned = { "x-amz-meta-added": "later" };
      const response = await fetchSigned(endpoint(), { ...request, method: "PUT", unsigned });
      expect(await refusalOf(response)).toBe("403 AccessDenied");
    },
    "signatures",
  );

  check(
    "another path, query or method than the signed one is refused",
    async () => {
      const { Bucket, request } = await withObject();
      const { headers } = signRequest(endpoint(), request);
      const send = async (method: string, target: string) =>
        refusalOf(await fetch(endpoint().url + target, { method, headers }));
      expect(await send("GET", `/${Bucket}/other`)).toBe("403 SignatureDoesNotMatch");
      expect(await send("GET", `/${Bucket}/k?response-expires=1`)).toBe("403 SignatureDoesNotMatch");
      expect(await send("DELETE", `/${Bucket}/k`)).toBe("403 SignatureDoesNotMatch");
      expect(await send("GET", `/${Bucket}/k`)).toBe("accepted");
    },
    "signatures",
  );

  check(
    "a clock that is off by more than a quarter of an hour is refused, both ways",
    async () => {
      const { request } = await withObject();
      for (const offMs of [-16 * 60_000, 16 * 60_000]) {
        const response = await fetchSigned(endpoint(), { ...request, at: new Date(Date.now() + offMs) });
        expect(await refusalOf(response)).toBe("403 RequestTimeTooSkewed");
      }
      const fine = await fetchSigned(endpoint(), { ...request, at: new Date(Date.now() - 10 * 60_000) });
      expect(await refusalOf(fine)).toBe("accepted");
    },
    "clock-skew",
  );
});
