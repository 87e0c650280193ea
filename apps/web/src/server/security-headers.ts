interface SecurityHeaderOptions {
  /** Where the page may connect to, besides its own origin. */
  readonly apiUrl: string;
  readonly realtimeUrl: string;
  /** Origins (with `*` perhaps) of realtime nodes that have addresses of their own. */
  readonly realtimeNodes: readonly string[];
  /** Where covers and recordings are uploaded to and shown from; undefined: on the page's own origin, or nowhere. */
  readonly mediaUrl: string | undefined;
  readonly inlineScriptHashes: readonly string[];
}

/** What every page tells the browser to refuse. Users' text is shown on this page: scripts come from our files alone. */
export function securityHeaders(options: SecurityHeaderOptions) {
  const { apiUrl, realtimeUrl, realtimeNodes, mediaUrl, inlineScriptHashes } = options;
  const media = mediaUrl === undefined ? [] : [new URL(mediaUrl).origin];
  const nodes = realtimeNodes.flatMap((origin) => [origin, origin.replace(/^http/, "ws")]);
  const policy = [
    ["default-src", "'none'"],
    ["script-src", "'self'", ...inlineScriptHashes],
    // Radix and sonner put style elements into the page, and React sets style attributes. CSS alone can't run anything.
    ["style-src", "'self'", "'unsafe-inline'"],
    // Covers come from the api.
    ["img-src", "'self'", "data:", "blob:", ...originsOf(apiUrl).slice(0, 1), ...media],
    ["media-src", "'self'", "blob:", ...media],
    ["font-src", "'self'"],
    ["connect-src", "'self'", ...originsOf(apiUrl), ...originsOf(realtimeUrl), ...nodes, ...media],
    ["manifest-src", "'self'"],
    ["base-uri", "'none'"],
    ["form-action", "'self'"],
    ["frame-ancestors", "'none'"],
  ];
  return {
    "content-security-policy": policy.map((directive) => directive.join(" ")).join("; "),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    // The studio records the host; nobody's frame does.
    "permissions-policy":
      "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
  };
}

/** The origins of an address for HTTP and for WebSocket; a path is on our own origin, which `'self'` covers for both. */
function originsOf(url: string): readonly string[] {
  if (url.startsWith("/")) return [];
  const { origin } = new URL(url);
  return [origin, origin.replace(/^http/, "ws")];
}
