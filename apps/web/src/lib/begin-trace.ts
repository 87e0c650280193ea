/**
 * The `traceparent` header (W3C Trace Context, version 00) of a trace that begins here. A browser's own OpenTelemetry
 * would be ten times the size of our api client; the header is all that the servers need to tell one story of a click.
 */
export function beginTrace({ sampled }: { readonly sampled: boolean }): string {
  return `00-${randomHex(16)}-${randomHex(8)}-${sampled ? "01" : "00"}`;
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
