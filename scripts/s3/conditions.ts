import { type ObjectMeta, quoted } from "./object-meta.ts";
import { S3Error } from "./s3-error.ts";

type Headers = ReadonlyMap<string, string>;

/**
 * Conditions of a GET or HEAD (RFC 9110, 13.2.2: a date only counts where its ETag twin is absent); with `prefix`
 * those on the source of a copy.
 * @throws S3Error `PreconditionFailed`
 */
export function checkReadConditions(
  headers: Headers,
  meta: ObjectMeta,
  prefix: "" | "x-amz-copy-source-" = "",
): "send" | "not-modified" {
  const ifMatch = headers.get(`${prefix}if-match`);
  const ifNoneMatch = headers.get(`${prefix}if-none-match`);
  const unmodifiedSinceMs = parseDate(headers.get(`${prefix}if-unmodified-since`));
  const modifiedSinceMs = parseDate(headers.get(`${prefix}if-modified-since`));
  const modifiedAtMs = Math.floor(meta.modifiedAtMs / 1000) * 1000; // HTTP dates have whole seconds

  if (ifMatch === undefined ? modifiedAtMs > (unmodifiedSinceMs ?? Infinity) : !matches(ifMatch, meta)) {
    throw new S3Error("PreconditionFailed");
  }
  const same =
    ifNoneMatch === undefined ? modifiedAtMs <= (modifiedSinceMs ?? -Infinity) : matches(ifNoneMatch, meta);
  if (same && prefix !== "") throw new S3Error("PreconditionFailed");
  return same ? "not-modified" : "send";
}

/** Conditions of a PUT or a completed upload, against the object it would replace. @throws S3Error */
export function checkWriteConditions(headers: Headers, current: ObjectMeta | undefined): void {
  const ifMatch = headers.get("if-match");
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*") {
    throw new S3Error("NotImplemented", "If-None-Match of a write can only be *");
  }
  if (ifNoneMatch === "*" && current) throw new S3Error("PreconditionFailed");
  if (ifMatch === undefined) return;
  if (!current) throw new S3Error("NoSuchKey");
  if (!matches(ifMatch, current)) throw new S3Error("PreconditionFailed");
}

/** ETags compared weakly; S3 also takes them unquoted. */
function matches(header: string, { etag }: ObjectMeta): boolean {
  return header
    .split(",")
    .map((candidate) => candidate.trim().replace(/^W\//, ""))
    .some((candidate) => candidate === "*" || candidate === etag || candidate === quoted(etag));
}

/** An unreadable date is as good as none, says HTTP. */
function parseDate(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) ? undefined : ms;
}
