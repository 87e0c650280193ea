import { createHash, createHmac } from "node:crypto";
import type { Endpoint } from "./contract-target.ts";

export type RequestToSign = Readonly<{
  method: string;
  /** Path and query, percent-encoded; the query in order. */
  target: string;
  payloadHash: string;
  headers?: Readonly<Record<string, string>>;
  at?: Date;
}>;

export type SignedRequest = Readonly<{
  headers: Record<string, string>;
  signature: string;
  signingKey: Buffer;
  timestamp: string;
  scope: string;
}>;

const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();
export const sha256Hex = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

/** A signer of the tests' own, for requests no SDK would send: wrong clocks, wrong hashes, signed chunks. */
export function signRequest(endpoint: Endpoint, request: RequestToSign): SignedRequest {
  const timestamp = (request.at ?? new Date()).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = timestamp.slice(0, 8);
  const scope = `${day}/${endpoint.region}/s3/aws4_request`;
  const headers: Record<string, string> = {
    ...request.headers,
    host: new URL(endpoint.url).host,
    "x-amz-content-sha256": request.payloadHash,
    "x-amz-date": timestamp,
  };
  const names = Object.keys(headers).toSorted();
  const [path = "", query = ""] = request.target.split("?", 2);
  const canonical = [
    request.method,
    path,
    query,
    ...names.map((name) => `${name}:${headers[name]?.trim().replace(/ +/g, " ")}`),
    "",
    names.join(";"),
    request.payloadHash,
  ].join("\n");
  const signingKey = hmac(
    hmac(hmac(hmac(`AWS4${endpoint.secretAccessKey}`, day), endpoint.region), "s3"),
    "aws4_request",
  );
  const signature = hmac(
    signingKey,
    ["AWS4-HMAC-SHA256", timestamp, scope, sha256Hex(canonical)].join("\n"),
  ).toString("hex");
  headers["authorization"] =
    `AWS4-HMAC-SHA256 Credential=${endpoint.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { headers, signature, signingKey, timestamp, scope };
}

/** Frames chunks as aws-chunked, each signed over the one before; with signed trailers where given. */
export function signChunks(
  seed: SignedRequest,
  chunks: readonly Uint8Array[],
  trailers: readonly (readonly [name: string, value: string])[] = [],
): Buffer {
  let previous = seed.signature;
  const sign = (kind: "PAYLOAD" | "TRAILER", hashes: readonly string[]) => {
    const toSign = [`AWS4-HMAC-SHA256-${kind}`, seed.timestamp, seed.scope, previous, ...hashes].join("\n");
    previous = hmac(seed.signingKey, toSign).toString("hex");
    return previous;
  };
  const framed = [...chunks, new Uint8Array()].flatMap((chunk) => {
    const signature = sign("PAYLOAD", [sha256Hex(""), sha256Hex(chunk)]);
    const line = Buffer.from(`${chunk.length.toString(16)};chunk-signature=${signature}\r\n`);
    return chunk.length > 0 ? [line, chunk, Buffer.from("\r\n")] : [line];
  });
  if (trailers.length > 0) {
    const signature = sign("TRAILER", [
      sha256Hex(trailers.map(([name, value]) => `${name}:${value}\n`).join("")),
    ]);
    const lines = [...trailers, ["x-amz-trailer-signature", signature]].map(
      ([name, value]) => `${name}:${value}\r\n`,
    );
    framed.push(Buffer.from(lines.join("")));
  }
  return Buffer.concat([...framed, Buffer.from("\r\n")]);
}

/** Signs and sends; `body` may be other than what was signed for. */
export async function fetchSigned(
  endpoint: Endpoint,
  request: RequestToSign & Readonly<{ body?: Uint8Array; unsigned?: Readonly<Record<string, string>> }>,
): Promise<Response> {
  const { headers } = signRequest(endpoint, request);
  return fetch(endpoint.url + request.target, {
    method: request.method,
    headers: { ...headers, ...request.unsigned },
    ...(request.body && { body: Uint8Array.from(request.body) }),
  });
}
