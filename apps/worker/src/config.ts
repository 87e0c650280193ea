import {
  beaconSettings,
  defineConfig,
  mediaSettings,
  natsSettings,
  objectSettings,
  postgresSettings,
  serverSettings,
} from "@barrage/platform";
import { z } from "zod";

/** Everything the worker is configured by. */
export const workerConfig = defineConfig({
  ...serverSettings,
  ...postgresSettings,
  ...natsSettings,
  ...beaconSettings,
  ...objectSettings,
  ...mediaSettings,
  /** A running session is archived so often; when it ends, the rest of it at once. */
  archiveEveryMs: {
    env: "ARCHIVE_EVERY_MS",
    schema: z.string().regex(/^\d+$/, "must be a whole number of milliseconds").transform(Number),
    default: "3600000",
  },
});
