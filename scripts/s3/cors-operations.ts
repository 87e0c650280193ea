import { z } from "zod";
import type { BucketStore } from "./bucket-store.ts";
import { type CorsRule, corsHeaders, LOCALHOST_CORS } from "./cors.ts";
import { type Operation, receiveXml, type S3Response, type Services, xmlResponse } from "./operation.ts";
import { splitNames } from "./receive-body.ts";
import { S3Error } from "./s3-error.ts";
import type { S3Request } from "./s3-request.ts";
import { fromXml } from "./xml.ts";

const oneStar = z.string().regex(/^[^*]*\*?[^*]*$/);
const corsSchema = z.object({
  CORSConfiguration: z.object({
    CORSRule: z
      .array(
        z.object({
          ID: z.string().optional(),
          AllowedOrigin: z.array(oneStar).min(1),
          AllowedMethod: z.array(z.enum(["GET", "PUT", "POST", "DELETE", "HEAD"])).min(1),
          AllowedHeader: z.array(oneStar).default([]),
          ExposeHeader: z.array(z.string()).default([]),
          MaxAgeSeconds: z
            .string()
            .regex(/^\d{1,9}$/)
            .optional(),
        }),
      )
      .min(1)
      .max(100),
  }),
});

/** PutBucketCors, GetBucketCors and DeleteBucketCors. */
export function createCorsOperations({ buckets }: Pick<Services, "buckets">) {
  return {
    put: async (call) => {
      const { CORSConfiguration } = fromXml(await receiveXml(call), corsSchema);
      buckets.setCors(call.request.bucket, CORSConfiguration.CORSRule.map(toRule));
      return { status: 200 };
    },
    get: ({ request }) => {
      const { cors } = buckets.require(request.bucket).config;
      if (!cors) throw new S3Error("NoSuchCORSConfiguration");
      return xmlResponse("CORSConfiguration", { CORSRule: cors.map(fromRule) });
    },
    delete: ({ request }) => {
      buckets.setCors(request.bucket, undefined);
      return { status: 204 };
    },
  } satisfies Record<string, Operation>;
}

/** Answers a browser's preflight; it carries no signature. @throws S3Error `AccessForbidden` */
export function answerPreflight(buckets: BucketStore, { headers, bucket }: S3Request): S3Response {
  const origin = headers.get("origin");
  const method = headers.get("access-control-request-method");
  if (origin === undefined || method === undefined) {
    throw new S3Error("InvalidRequest", "A preflight needs Origin and Access-Control-Request-Method");
  }
  const asked = splitNames(headers.get("access-control-request-headers"));
  const granted = corsHeaders(rulesOf(buckets, bucket), { origin, method, headers: asked });
  if (!granted) throw new S3Error("AccessForbidden");
  return { status: 200, headers: granted };
}

/** The CORS headers of any other answer, errors included: a page must be able to read why it was refused. */
export function corsHeadersFor(buckets: BucketStore, request: S3Request): Readonly<Record<string, string>> {
  const origin = request.headers.get("origin");
  if (origin === undefined || request.method === "OPTIONS") return {};
  const rules = rulesOf(buckets, request.bucket);
  return corsHeaders(rules, { origin, method: request.method, headers: [] }) ?? {};
}

const rulesOf = (buckets: BucketStore, bucket: string): readonly CorsRule[] =>
  buckets.find(bucket)?.config.cors ?? LOCALHOST_CORS;

type XmlRule = z.infer<typeof corsSchema>["CORSConfiguration"]["CORSRule"][number];

const toRule = (rule: XmlRule): CorsRule => ({
  ...(rule.ID !== undefined && { id: rule.ID }),
  allowedOrigins: rule.AllowedOrigin,
  allowedMethods: rule.AllowedMethod,
  allowedHeaders: rule.AllowedHeader,
  exposeHeaders: rule.ExposeHeader,
  ...(rule.MaxAgeSeconds !== undefined && { maxAgeS: Number(rule.MaxAgeSeconds) }),
});

const fromRule = (rule: CorsRule) => ({
  ...(rule.id !== undefined && { ID: rule.id }),
  AllowedOrigin: rule.allowedOrigins,
  AllowedMethod: rule.allowedMethods,
  AllowedHeader: rule.allowedHeaders,
  ExposeHeader: rule.exposeHeaders,
  ...(rule.maxAgeS !== undefined && { MaxAgeSeconds: rule.maxAgeS }),
});
