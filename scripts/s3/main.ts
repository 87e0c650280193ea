// Runs the S3-compatible development server alone: bun scripts/s3/main.ts --data .data/s3 --port 9000
import { parseArgs } from "node:util";
import { startS3 } from "./start-s3.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: ".data/s3" },
    port: { type: "string", default: "9000" },
    "access-key-id": { type: "string", default: "barrage" },
    "secret-access-key": { type: "string", default: "barrage-dev" },
  },
});

const server = await startS3({
  dataDir: values.data,
  port: Number(values.port),
  accessKeyId: values["access-key-id"],
  secretAccessKey: values["secret-access-key"],
});
// before the address is printed: whoever reads it may send a signal at once
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void server.stop().then(() => process.exit(0)));
}
console.log(`S3 for development on ${server.url}, access key id ${values["access-key-id"]}; Ctrl-C stops it`);
