import type { objectSettings } from "../config/common-settings.ts";
import type { ConfigOf } from "../config/define-config.ts";
import type { S3Options } from "./s3-client.ts";

/** The part of a configuration (`objectSettings`) that says how the object store is reached. */
export type StoreConfig = Omit<ConfigOf<typeof objectSettings>, "s3ArchiveBucket">;

/** How the object store is reached; undefined when there is none. */
export function storeAccess(config: StoreConfig): S3Options | undefined {
  if (config.s3Endpoint === undefined) return undefined;
  return {
    endpoint: config.s3Endpoint,
    accessKeyId: config.s3AccessKeyId,
    secretAccessKey: config.s3SecretAccessKey,
    region: config.s3Region,
  };
}
