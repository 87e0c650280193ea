import type { IncomingMessage } from "node:http";
import { S3Error } from "./s3-error.ts";

/** A request as S3 sees it: path-style, the key decoded but never normalised (`a/../b` is a key of its own). */
export type S3Request = Readonly<{
  method: string;
  /** Decoded path, with its leading slash. */
  path: string;
  bucket: string;
  key: string;
  query: URLSearchParams;
  /** Lower-case names; values as the bytes on the wire, one character each (latin1). */
  headers: ReadonlyMap<string, string>;
  body: AsyncIterable<Uint8Array>;
}>;

const KEY_BYTES_MAX = 1024;

/** @throws S3Error `InvalidURI`, `KeyTooLongError` */
export function parseRequest(incoming: IncomingMessage): S3Request {
  const target = incoming.url ?? "/";
  const mark = target.indexOf("?");
  const path = decodePath(mark < 0 ? target : target.slice(0, mark));
  const slash = path.indexOf("/", 1);
  const key = slash < 0 ? "" : path.slice(slash + 1);
  if (Buffer.byteLength(key) > KEY_BYTES_MAX) throw new S3Error("KeyTooLongError");
  return {
    method: incoming.method ?? "GET",
    path,
    bucket: slash < 0 ? path.slice(1) : path.slice(1, slash),
    key,
    query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)),
    headers: collectHeaders(incoming),
    body: incoming,
  };
}

function decodePath(raw: string): string {
  if (!raw.startsWith("/")) throw new S3Error("InvalidURI");
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new S3Error("InvalidURI");
  }
}

function collectHeaders(incoming: IncomingMessage): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(",") : value);
  }
  return headers;
}

/** RFC 3986 encoding as SigV4 wants it: only unreserved characters stay. */
export const uriEncode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** {@link uriEncode} for a path or key: slashes stay too. */
export const uriEncodePath = (path: string) => path.split("/").map(uriEncode).join("/");

/** A whole number from the query, within bounds. @throws S3Error `InvalidArgument` */
export function queryInteger(
  query: URLSearchParams,
  name: string,
  range: Readonly<{ min: number; max: number; fallback: number }>,
): number {
  const text = query.get(name);
  if (text === null || text === "") return range.fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= range.min)) throw new S3Error("InvalidArgument", `${name} is not valid`);
  return Math.min(value, range.max);
}
