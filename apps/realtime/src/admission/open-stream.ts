import { withSpan } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { SseTransport } from "../transport/sse-transport.ts";
import type { ConnectionOwner } from "../transport/transport.ts";
import type { WsData } from "../transport/ws-handlers.ts";
import type { Admission, AdmitViewer } from "./admit-viewer.ts";
import type { OriginPolicy } from "./origin-policy.ts";

export interface OpenStreamDeps {
  readonly admit: AdmitViewer;
  /** Gives an admitted viewer the seat that owns its connection. */
  readonly seat: (admission: Admission) => ConnectionOwner;
  readonly origins: OriginPolicy;
  /** Streams are compressed for clients that take it. */
  readonly gzip: boolean;
  readonly addressOf: (request: Request) => string;
  /** Lets an answer last, as long as something is written to it from time to time. */
  readonly letLast: (request: Request) => void;
  /** Turns a request into a WebSocket. @returns false when its client has gone. */
  readonly upgrade: (request: Request, data: WsData) => boolean;
}

/** Answers a request with a stream of server-sent events. @throws AppError when the viewer is refused. */
export async function openSse(deps: OpenStreamDeps, request: Request, roomId: string): Promise<Response> {
  const { seat, origins, letLast } = deps;
  const gzip = deps.gzip && takesGzip(request);
  const admission = await knock(deps, request, roomId);
  letLast(request);
  return SseTransport.respond({
    owner: seat(admission),
    headers: varyByEncoding(origins.headers(request)),
    gzip,
  });
}

/** Turns a request into a WebSocket. @throws AppError when the viewer is refused. */
export async function openWs(deps: OpenStreamDeps, request: Request, roomId: string): Promise<void> {
  if (!isUpgrade(request)) throw notUpgradable("must be websocket");
  const admission = await knock(deps, request, roomId);
  if (deps.upgrade(request, { owner: deps.seat(admission) })) return;
  admission.hold.release();
  throw notUpgradable("could not be done");
}

/** The one traced step: a stream itself lasts for hours, and would be a span that nobody sees the end of. */
async function knock(
  { admit, addressOf }: OpenStreamDeps,
  request: Request,
  roomId: string,
): Promise<Admission> {
  const traceparent = request.headers.get("traceparent") ?? undefined;
  return await withSpan("realtime.admit", { kind: "server", traceparent }, () =>
    admit({ request, roomId, address: addressOf(request) }),
  );
}

/** Whether a request is for a WebSocket. Some proxies say so in other letters; by the standard they do not matter. */
export function isUpgrade(request: Request): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}

/** The error for a request that can't be made a WebSocket. */
export function notUpgradable(message: string): AppError {
  return new AppError("input_invalid", { issues: [{ path: "upgrade", message }] });
}

/** `Accept-Encoding` by RFC 9110, 12.5.3, as far as it can speak of gzip. */
export function takesGzip(request: Request): boolean {
  const offers = (request.headers.get("accept-encoding") ?? "").toLowerCase().split(",");
  return offers.some((offer) => /^\s*(x-)?gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/.test(offer));
}

/** The headers of an answer that depends on `Accept-Encoding`. */
export const varyByEncoding = ({ vary, ...headers }: Record<string, string>) => ({
  ...headers,
  vary: [vary, "accept-encoding"].filter(Boolean).join(", "),
});
