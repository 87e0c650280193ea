import { AppError } from "@barrage/protocol";

/**
 * The request with a body of at most `bytesMax`. A body whose length is given is left to whoever reads it: HTTP ends it
 * there, so it can't be longer, and counting its chunks would cost every call a stream. A chunked one is read here and
 * counted as it comes; whoever sends both gets counted.
 * @throws AppError `body_too_large`; `media_type_unsupported` when the body is not JSON
 */
export async function readJsonRequest(request: Request, bytesMax: number): Promise<Request> {
  const { url, method, headers, signal } = request;
  if (!/^application\/json\s*(;|$)/i.test(headers.get("content-type") ?? "")) {
    throw new AppError("media_type_unsupported");
  }
  const length = headers.get("content-length");
  if (Number(length ?? 0) > bytesMax) throw new AppError("body_too_large");
  if (length !== null && /^\d+$/.test(length) && !headers.has("transfer-encoding")) return request;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new AppError("body_too_large");
    chunks.push(chunk);
  }
  return new Request(url, { method, headers, signal, body: Buffer.concat(chunks) });
}
