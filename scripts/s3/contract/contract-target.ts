import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startS3 } from "../index.ts";

export type Endpoint = Readonly<{
  url: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}>;

/** Behaviour an implementation may openly lack: its checks are then skipped, by name. */
const FEATURES = [
  "bucket-cors",
  "checksum-trailers",
  "clock-skew",
  "conditional-writes",
  "content-encoding",
  "control-characters",
  "copy-conditions",
  "crc64nvme",
  "default-cors",
  "dot-segments",
  "full-object-checksums",
  "http-dates",
  "keys-beside-prefixes",
  "list-encoding",
  "long-keys",
  "metadata-limit",
  "part-pages",
  "payload-hash",
  "presigned-headers",
  "presigned-metadata",
  "quiet-deletes",
  "response-overrides",
  "self-copy",
  "signatures",
  "signed-chunks",
  "signed-trailers",
  "strict-framing",
  "truncation",
  "unknown-keys",
  "upload-pages",
] as const;
export type Feature = (typeof FEATURES)[number];

/** One implementation the contract is held against. */
export type ContractTarget = Readonly<{
  name: string;
  unsupported: ReadonlySet<string>;
  start(): Promise<Readonly<{ endpoint: Endpoint; stop(): Promise<void> }>>;
}>;

/** Our own server, on a port and in a folder of its own. */
export function ourServer(): ContractTarget {
  return {
    name: "our development server",
    unsupported: new Set(),
    async start() {
      const dataDir = mkdtempSync(join(tmpdir(), "barrage-s3-"));
      const credentials = { accessKeyId: "contract", secretAccessKey: "contract-secret" };
      const server = await startS3({ dataDir, port: 0, ...credentials });
      return {
        endpoint: { url: server.url, region: "us-east-1", ...credentials },
        async stop() {
          await server.stop();
          rmSync(dataDir, { recursive: true });
        },
      };
    },
  };
}

/**
 * The endpoint in the environment, if any: `S3_CONTRACT_ENDPOINT`, `_ACCESS_KEY_ID`, `_SECRET_ACCESS_KEY`,
 * `_REGION`, and `_UNSUPPORTED` as a list of features by comma. The contract makes buckets of its own and removes them.
 */
export function endpointFromEnvironment(env: Readonly<Record<string, string | undefined>>) {
  const url = env["S3_CONTRACT_ENDPOINT"];
  if (!url) return undefined;
  const unsupported = (env["S3_CONTRACT_UNSUPPORTED"] ?? "").split(",").filter((name) => name !== "");
  const unknown = unsupported.filter((name) => !FEATURES.some((feature) => feature === name));
  if (unknown.length > 0) throw new Error(`S3_CONTRACT_UNSUPPORTED: no such feature: ${unknown.join(", ")}`);
  const endpoint = {
    url: url.replace(/\/$/, ""),
    region: env["S3_CONTRACT_REGION"] ?? "us-east-1",
    accessKeyId: env["S3_CONTRACT_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: env["S3_CONTRACT_SECRET_ACCESS_KEY"] ?? "",
  };
  const target: ContractTarget = {
    name: endpoint.url,
    unsupported: new Set(unsupported),
    start: async () => ({ endpoint, stop: async () => {} }),
  };
  return target;
}
