import { createHmac } from "node:crypto";

/** The header that a receiver checks. */
export const signatureHeader = "barrage-signature";

/**
 * `t=<seconds since 1970>,v1=<hex>`: HMAC-SHA-256 under the webhook's secret over `<t>.<body>`. The time is signed, too,
 * so an old request can't be sent again later. `verifyWebhook` of @barrage/client is the other side.
 */
export function signWebhook(
  body: string,
  { secret, nowMs }: { readonly secret: string; readonly nowMs: number },
): string {
  const seconds = Math.floor(nowMs / 1_000);
  const mac = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${mac}`;
}
