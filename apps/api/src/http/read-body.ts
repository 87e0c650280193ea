import { AppError } from "@barrage/protocol";

/**
 * The request with its whole body read, at most `bytesMax` of it: what a caller claims in Content-Length is believed
 * only when it is too much, the rest is counted as it comes.
 * @throws AppError `body_too_large`; `media_type_unsupported` when the body is not JSON
 */
export async function readJsonRequest(request: Request, bytesMax: number): Promise<Request> {
  const { url, method, headers, signal } = request;
  if (!/^application\/json\s*(;|$)/i.test(headers.get("content-type") ?? "")) {
    throw new AppError("media_type_unsupported");
  }
  if (Number(headers.get("content-length") ?? 0) > bytesMax) throw new AppError("body_too_large");
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new AppError("body_too_large");
    chunks.push(chunk);
  }
  return new Request(url, { method, headers, signal, body: Buffer.concat(chunks) });
}
