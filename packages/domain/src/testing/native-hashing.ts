import { createHash, createHmac } from "node:crypto";
import type { Hashing } from "../lottery/hashing.ts";

/** The draw's primitives by Node's crypto; synchronous. */
export const nativeHashing: Hashing = {
  sha256: (data) => new Uint8Array(createHash("sha256").update(data).digest()),
  hmacSha256: (key) => (data) => new Uint8Array(createHmac("sha256", key).update(data).digest()),
};
