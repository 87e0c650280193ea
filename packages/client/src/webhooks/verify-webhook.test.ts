import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { verifyWebhook } from "./verify-webhook.ts";

const secret = "whsec_test";
const body = '{"id":"abc-1","type":"room.started","text":"弹幕"}';
const nowMs = 1_700_000_000_000;

function signed(text: string, seconds = nowMs / 1_000): string {
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${text}`).digest("hex")}`;
}

describe("verifyWebhook", () => {
  test("takes what was signed with the secret, and a clock that is a little off", async () => {
    expect(await verifyWebhook({ body, signature: signed(body), secret, nowMs })).toBe(true);
    expect(await verifyWebhook({ body, signature: signed(body), secret, nowMs: nowMs - 60_000 })).toBe(true);
  });

  test("refuses a forged, changed or missing signature", async () => {
    const wrong = [
      null,
      "",
      "t=1,v1=",
      signed(`${body} `),
      signed(body).replace(/v1=./, "v1=g"),
      signed(body).toUpperCase(),
      `${signed(body)},v1=${"0".repeat(64)}`,
      `t=${nowMs / 1_000},v1=${createHmac("sha256", "another")
        .update(`${nowMs / 1_000}.${body}`)
        .digest("hex")}`,
    ];
    for (const signature of wrong) {
      expect({ signature, ok: await verifyWebhook({ body, signature, secret, nowMs }) }).toEqual({
        signature,
        ok: false,
      });
    }
  });

  test("refuses an old request sent again, also with its time rewritten", async () => {
    const old = signed(body, nowMs / 1_000 - 301);
    expect(await verifyWebhook({ body, signature: old, secret, nowMs })).toBe(false);
    const rewritten = old.replace(/^t=\d+/, `t=${nowMs / 1_000}`);
    expect(await verifyWebhook({ body, signature: rewritten, secret, nowMs })).toBe(false);
  });
});
