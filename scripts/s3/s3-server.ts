import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { answerPreflight, corsHeadersFor } from "./cors-operations.ts";
import { streamRange } from "./file-range.ts";
import { headerValue, type S3Response, type Services } from "./operation.ts";
import { createRouter } from "./router.ts";
import { S3Error } from "./s3-error.ts";
import { parseRequest, type S3Request } from "./s3-request.ts";
import { type Credentials, verifySignature } from "./sig-v4.ts";
import { errorXml } from "./xml.ts";

/** A connection on which nothing moves for so long is closed. */
const IDLE_MS_MAX = 60_000;
/** What requests in flight get to finish when the server stops. */
const STOP_MS_MAX = 2_000;

export type S3Server = Readonly<{ port: number; stop(): Promise<void> }>;

/**
 * Serves S3 on the loopback interface. On node:http rather than Bun.serve: the latter only shows a normalised URL,
 * and `a/../b` is a valid key.
 */
export async function createS3Server(
  deps: Services & Readonly<{ credentials: Credentials; port: number }>,
): Promise<S3Server> {
  const handle = createHandler(deps);
  const inFlight = new Set<Promise<void>>();
  const server = createServer((incoming, response) => {
    incoming.setTimeout(IDLE_MS_MAX, () => incoming.destroy());
    const done = handle(incoming, response).finally(() => inFlight.delete(done));
    inFlight.add(done);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(deps.port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  return {
    port: address.port,
    async stop() {
      server.close();
      await Promise.race([Promise.all(inFlight), Bun.sleep(STOP_MS_MAX)]);
      server.closeAllConnections();
      await Promise.all(inFlight);
    },
  };
}

function createHandler(deps: Services & Readonly<{ credentials: Credentials }>) {
  const route = createRouter(deps);

  const answer = (request: S3Request): S3Response | Promise<S3Response> => {
    if (request.method === "OPTIONS") return answerPreflight(deps.buckets, request);
    const signature = verifySignature(request, { credentials: deps.credentials, nowMs: deps.now() });
    const effective = signature.presigned ? withHoistedHeaders(request) : request;
    return route(effective)({ request: effective, signature });
  };

  return async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    let cors: Readonly<Record<string, string>> = {};
    let result: S3Response;
    try {
      const request = parseRequest(incoming);
      cors = corsHeadersFor(deps.buckets, request);
      result = await answer(request);
    } catch (error) {
      result = errorResponse(error, { incoming, requestId });
    }
    response.setHeader("x-amz-request-id", requestId);
    for (const [name, value] of Object.entries({ ...cors, ...result.headers }))
      response.setHeader(name, value);
    await send(response, result, incoming);
  };
}

/**
 * A presigned URL carries `x-amz-*` headers in its query, where the signature covers them. Not the checksums: SDKs
 * put there the sum of the body they were given when signing, which is none, and S3 ignores it.
 */
function withHoistedHeaders(request: S3Request): S3Request {
  const headers = new Map(request.headers);
  for (const [name, value] of request.query) {
    if (/^x-amz-(?!checksum-(?!mode)|sdk-|content-sha256)/.test(name)) headers.set(name, headerValue(value));
  }
  return { ...request, headers };
}

function errorResponse(
  error: unknown,
  { incoming, requestId }: Readonly<{ incoming: IncomingMessage; requestId: string }>,
): S3Response {
  const known = error instanceof S3Error ? error : new S3Error("InternalError");
  if (known !== error) console.error(`s3: request ${requestId} failed`, error);
  const body = errorXml({
    Code: known.code,
    Message: known.message,
    Resource: incoming.url?.split("?", 1)[0],
    RequestId: requestId,
  });
  return { status: known.status, headers: { ...known.headers, "content-type": "application/xml" }, body };
}

/** Sends the answer. What of a refused body is still to come, node:http reads and drops by itself. */
async function send(response: ServerResponse, result: S3Response, incoming: IncomingMessage): Promise<void> {
  const { status, body = "" } = result;
  response.statusCode = status;
  try {
    if (typeof body === "object") await pipeline(streamRange(body), response);
    else if (incoming.method === "HEAD") response.end();
    else {
      if (status !== 204 && status !== 304) response.setHeader("content-length", Buffer.byteLength(body));
      response.end(body);
    }
  } catch {
    response.destroy(); // the client went away
  }
}
