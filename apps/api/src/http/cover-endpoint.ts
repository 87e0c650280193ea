import { type BlobStore, coverKey } from "@barrage/platform";
import { AppError, parseCoverPath } from "@barrage/protocol";

/** Reads an object. @throws AppError `storage_unavailable` */
export type ReadObject = (key: string) => ReturnType<BlobStore["get"]>;

/**
 * Serves covers to whoever knows their names, out of the media bucket (ADR 19). A name is found in a room's view and
 * events, and nowhere else; what it names never changes, so that browsers and whatever stands between keep it for ever.
 */
export function createCoverEndpoint(read: ReadObject) {
  return async (request: Request): Promise<Response> => {
    if (request.method !== "GET" && request.method !== "HEAD") throw new AppError("method_not_allowed");
    const picture = parseCoverPath(new URL(request.url).pathname);
    if (picture === undefined) throw new AppError("not_found");
    const headers = {
      "cache-control": "public, max-age=31536000, immutable",
      etag: `"${picture.cover}-${picture.width}"`,
      // The page is on another origin.
      "cross-origin-resource-policy": "cross-origin",
    };
    if (hasTag(request.headers.get("if-none-match"), headers.etag)) {
      return new Response(null, { status: 304, headers });
    }
    const webp = await read(coverKey(picture));
    if (webp === undefined) throw new AppError("not_found");
    return new Response(request.method === "HEAD" ? null : new Blob([new Uint8Array(webp)]), {
      headers: { ...headers, "content-type": "image/webp", "content-length": String(webp.length) },
    });
  };
}

/** By RFC 9110: a list of tags, weak ones alike, or any. */
function hasTag(ifNoneMatch: string | null, etag: string): boolean {
  const tags = new Set((ifNoneMatch ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, "")));
  return tags.has(etag) || tags.has("*");
}
