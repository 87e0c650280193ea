import { type ConfigOf, defineConfig, mediaSettings, serverSettings } from "@barrage/platform";
import { z } from "zod";

const address = z
  .string()
  .refine(
    (text) => text.startsWith("/") || URL.canParse(text),
    "must be a URL, or a path on this server's own origin",
  );

const settings = {
  ...serverSettings,
  /** Where browsers reach the api. A path when a proxy puts it on the web server's origin. */
  apiUrl: { env: "API_URL", schema: address },
  /** Where browsers reach the realtime nodes, or what balances over them. */
  realtimeUrl: { env: "REALTIME_URL", schema: address },
  /** The addresses that realtime nodes have of their own, with spaces between; `https://*.live.example`. */
  realtimeNodes: {
    env: "REALTIME_NODES",
    schema: z
      .literal("none")
      .transform((): readonly string[] => [])
      .or(
        z
          .string()
          .transform((text) => text.split(/\s+/).filter(Boolean))
          .refine(
            (sources) => sources.every((source) => /^https?:\/\/[a-z0-9.*-]+(:(\d+|\*))?$/i.test(source)),
            "must be origins such as https://*.live.example or http://127.0.0.1:*, with spaces between",
          ),
      ),
    default: "none",
  },
  /** Where browsers reach covers and recordings; `none` when they do so on the web server's own origin. */
  mediaUrl: mediaSettings.s3PublicUrl,
  /** `development`: built anew on every change, with hot reload. Anything else is built once, at start. */
  mode: {
    env: "NODE_ENV",
    schema: z
      .string()
      .transform((mode) => (mode === "development" ? ("development" as const) : ("production" as const))),
    default: "production",
  },
} as const;

/** The web server's configuration. */
export const webConfig = defineConfig(settings);

/** The web server's configuration. */
export type WebConfig = ConfigOf<typeof settings>;

/** What code in the browser finds in place of the environment that it does not have. */
export const browserDefines = { "process.env.NODE_ENV": JSON.stringify("production") } as const;
