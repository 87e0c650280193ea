import { z } from "zod";

/** One rule of a bucket's CORS configuration, as in S3: origins and headers may hold one `*` each. */
export const corsRuleSchema = z.object({
  id: z.string().optional(),
  allowedOrigins: z.array(z.string()).readonly(),
  allowedMethods: z.array(z.enum(["GET", "PUT", "POST", "DELETE", "HEAD"])).readonly(),
  allowedHeaders: z.array(z.string()).readonly(),
  exposeHeaders: z.array(z.string()).readonly(),
  maxAgeS: z.number().optional(),
});
export type CorsRule = Readonly<z.infer<typeof corsRuleSchema>>;

/** Where a bucket says nothing, pages served from this machine may do everything. */
export const LOCALHOST_CORS: readonly CorsRule[] = [
  {
    allowedOrigins: ["localhost", "127.0.0.1", "[::1]"].flatMap((host) =>
      ["http", "https"].flatMap((scheme) => [`${scheme}://${host}`, `${scheme}://${host}:*`]),
    ),
    allowedMethods: ["GET", "PUT", "POST", "DELETE", "HEAD"],
    allowedHeaders: ["*"],
    exposeHeaders: ["ETag", "Content-Range", "Content-Length", "Last-Modified", "x-amz-request-id"],
    maxAgeS: 600,
  },
];

export type CorsQuestion = Readonly<{
  origin: string;
  method: string;
  /** Lower-case header names a preflight asks for; empty for the request itself. */
  headers: readonly string[];
}>;

/** The response headers of the first rule that allows it all, or `undefined`. */
export function corsHeaders(
  rules: readonly CorsRule[],
  { origin, method, headers }: CorsQuestion,
): Record<string, string> | undefined {
  for (const rule of rules) {
    const allowedOrigin = rule.allowedOrigins.find((pattern) => fits(pattern, origin));
    const allowed =
      allowedOrigin !== undefined &&
      rule.allowedMethods.some((allowed) => allowed === method) &&
      headers.every((name) => rule.allowedHeaders.some((pattern) => fits(pattern.toLowerCase(), name)));
    if (allowed) return ruleHeaders(rule, { origin: allowedOrigin === "*" ? "*" : origin, headers });
  }
  return undefined;
}

function ruleHeaders(rule: CorsRule, given: Readonly<{ origin: string; headers: readonly string[] }>) {
  return {
    "access-control-allow-origin": given.origin,
    "access-control-allow-methods": rule.allowedMethods.join(", "),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    ...(given.headers.length > 0 && { "access-control-allow-headers": given.headers.join(", ") }),
    ...(rule.exposeHeaders.length > 0 && { "access-control-expose-headers": rule.exposeHeaders.join(", ") }),
    ...(rule.maxAgeS !== undefined && { "access-control-max-age": String(rule.maxAgeS) }),
  };
}

function fits(pattern: string, text: string): boolean {
  const [head = "", tail] = pattern.split("*", 2);
  if (tail === undefined) return pattern === text;
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}
