import {
  defineConfig,
  mediaSettings,
  objectSettings,
  type SetupStep,
  setUpBucket,
  storeAccess,
} from "@barrage/platform";
import { z } from "zod";

// bun run storage:setup — makes and configures the buckets. Doing it again changes nothing.
const definition = defineConfig({
  ...objectSettings,
  ...mediaSettings,
  /** The pages that upload and play: what the api has in `WEB_ORIGINS`. */
  webOrigins: {
    env: "WEB_ORIGINS",
    schema: z.string().transform((text) => text.split(",").map((origin) => origin.trim())),
  },
});

const unsupported: Readonly<Record<SetupStep["step"], string>> = {
  bucket: "",
  cors: "the store takes no CORS rules: allow the web's origins GET and PUT there, and expose ETag",
  lifecycle: "the store takes no lifecycle rules: not needed, the worker ends forgotten uploads",
};

const print = (line: string) => void process.stdout.write(`${line}\n`);
const config = definition.parseOrExit(process.env);
const access = storeAccess(config);
if (access === undefined) {
  process.stderr.write("S3_ENDPOINT is required\n");
  process.exit(78);
}
const buckets = [
  { bucket: config.s3ArchiveBucket, webOrigins: [] },
  { bucket: config.s3MediaBucket, webOrigins: config.webOrigins },
];
try {
  for (const { bucket, webOrigins } of buckets) {
    for (const { step, result } of await setUpBucket({ ...access, bucket, webOrigins })) {
      print(`${bucket}: ${step} ${result === "done" ? "done" : `skipped, ${unsupported[step]}`}`);
    }
  }
} catch (error) {
  // The name tells refused keys from an address that nobody answers at; the keys are not in it.
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  process.stderr.write(`${access.endpoint} could not be set up: ${reason}\n`);
  process.exit(1);
}
