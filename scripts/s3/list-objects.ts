import type { ObjectIndex } from "./object-index.ts";
import type { ObjectMeta } from "./object-meta.ts";
import { S3Error } from "./s3-error.ts";

export type ListQuery = Readonly<{
  prefix: string;
  delimiter: string;
  startAfter: string;
  maxKeys: number;
  continuationToken?: string;
}>;

export type ListPage = Readonly<{
  objects: readonly ObjectMeta[];
  commonPrefixes: readonly string[];
  /** Present when there is more. */
  nextToken?: string;
}>;

/** Where a page ended: after a key, or after all keys under a common prefix. */
type Position = Readonly<{ kind: "key" | "prefix"; text: string }>;

/**
 * One page of ListObjectsV2: keys in UTF-8 order, those with the delimiter behind the prefix rolled up. A common
 * prefix counts as one entry and is given on one page only.
 * @throws S3Error `InvalidArgument` for a token that isn't ours
 */
export function listObjects(index: Pick<ObjectIndex, "inOrder">, query: ListQuery): ListPage {
  const from =
    query.continuationToken === undefined
      ? { kind: "key" as const, text: query.startAfter }
      : decodeToken(query.continuationToken);
  const objects: ObjectMeta[] = [];
  const commonPrefixes: string[] = [];
  let last: Position = from;

  for (const meta of index.inOrder({ from: query.prefix, after: from.text })) {
    if (!meta.key.startsWith(query.prefix)) break;
    if (last.kind === "prefix" && meta.key.startsWith(last.text)) continue;
    if (objects.length + commonPrefixes.length >= query.maxKeys) {
      // a page of no keys at all is asked for to look, not to page on
      return { objects, commonPrefixes, ...(query.maxKeys > 0 && { nextToken: encodeToken(last) }) };
    }
    const rolledUp = commonPrefix(meta.key, query);
    if (rolledUp === undefined) objects.push(meta);
    else commonPrefixes.push(rolledUp);
    last = rolledUp === undefined ? { kind: "key", text: meta.key } : { kind: "prefix", text: rolledUp };
  }
  return { objects, commonPrefixes };
}

function commonPrefix(key: string, { prefix, delimiter }: ListQuery): string | undefined {
  const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

const encodeToken = ({ kind, text }: Position) =>
  Buffer.from(`${kind === "key" ? "k" : "p"}${text}`).toString("base64url");

function decodeToken(token: string): Position {
  const text = Buffer.from(token, "base64url").toString();
  if (!/^[kp]/.test(text)) throw new S3Error("InvalidArgument", "The continuation token is not valid");
  return { kind: text.startsWith("k") ? "key" : "prefix", text: text.slice(1) };
}
