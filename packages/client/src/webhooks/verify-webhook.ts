/** What a receiver of webhooks has in hand. */
export interface ReceivedWebhook {
  /** The body as it came: not parsed and written again. */
  readonly body: string;
  /** The header `barrage-signature`. */
  readonly signature: string | null;
  /** The webhook's secret, as it was shown when it was made. */
  readonly secret: string;
  readonly nowMs?: number;
  /** How old a request may be. */
  readonly ageMsMax?: number;
}

const encoder = new TextEncoder();

/**
 * Whether a request really comes from Barrage, and is no old one sent again. Takes the same time for every wrong
 * signature. A request may still come twice within minutes (we try again when an answer is lost): tell by its `id`.
 */
export async function verifyWebhook(received: ReceivedWebhook): Promise<boolean> {
  const { body, signature, secret, nowMs = Date.now(), ageMsMax = 5 * 60_000 } = received;
  const [, seconds = "", hex = ""] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(signature ?? "") ?? [];
  if (hex === "" || Math.abs(nowMs - Number(seconds) * 1_000) > ageMsMax) return false;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["verify"]);
  const mac = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  return crypto.subtle.verify("HMAC", key, mac, encoder.encode(`${seconds}.${body}`));
}
