import {
  beaconSettings,
  defineConfig,
  mediaSettings,
  natsSettings,
  objectSettings,
  postgresSettings,
  serverSettings,
} from "@barrage/platform";

/** Everything the worker is configured by. */
export const workerConfig = defineConfig({
  ...serverSettings,
  ...postgresSettings,
  ...natsSettings,
  ...beaconSettings,
  ...objectSettings,
  ...mediaSettings,
});
