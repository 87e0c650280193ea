import { z } from "zod";

const urlSchema = z.string().transform((value, context) => {
  try {
    return new URL(value, location.href).href.replace(/\/$/, "");
  } catch {
    context.addIssue("must be an address");
    return z.NEVER;
  }
});

/** Where the servers are, and what they ask of the page, as the page's own server tells it. Relative addresses are taken from the page's origin. */
export const runtimeConfigSchema = z.object({
  apiUrl: urlSchema,
  realtimeUrl: urlSchema,
  /** The share of the user's actions that are traced through all servers; 0 where nobody collects traces. */
  traceSampleRatio: z.number().min(0).max(1).default(0),
});

/** Where the servers are. */
export type RuntimeConfig = z.infer<typeof runtimeConfigSchema>;

/**
 * Fetches `/config.json`, so that one build serves any installation.
 * @throws when the server gives no answer in 10 s, or one that is not a configuration.
 */
export async function loadRuntimeConfig(): Promise<RuntimeConfig> {
  const response = await fetch("/config.json", { cache: "no-store", signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`config.json answered ${response.status}`);
  return runtimeConfigSchema.parse(await response.json());
}
