import { withSpan } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { SseTransport } from "../transport/sse-transport.ts";
import type { Transport } from "../transport/transport.ts";
import type { WsData } from "../transport/ws-handlers.ts";
import type { Admission, AdmitViewer } from "./admit-viewer.ts";
import type { OriginPolicy } from "./origin-policy.ts";

export interface OpenStreamDeps {
  readonly admit: AdmitViewer;
  /** Puts an admitted viewer into its room. @returns what to call when the connection is gone. */
  readonly watch: (admission: Admission, transport: Transport) => () => void;
  readonly origins: OriginPolicy;
  /** Streams are compressed for clients that take it. */
  readonly gzip: boolean;
  readonly addressOf: (request: Request) => string;
  /** Sets the server's own timeout for a request; 0: none. */
  readonly setTimeoutS: (request: Request, seconds: number) => void;
  /** Turns a request into a WebSocket. @returns false when its client has gone. */
  readonly upgrade: (request: Request, data: WsData) => boolean;
}

/** The rest of an ended stream may wait this long for a client that reads nothing. */
const restTimeoutS = 10;

/** Answers a request with a stream of server-sent events. @throws AppError when the viewer is refused. */
export async function openSse(deps: OpenStreamDeps, request: Request, roomId: string): Promise<Response> {
  const { watch, origins, setTimeoutS } = deps;
  const gzip = deps.gzip && takesGzip(request);
  const admission = await knock(deps, request, roomId);
  setTimeoutS(request, 0);
  let leave = admission.release;
  return SseTransport.respond({
    signal: request.signal,
    headers: varyByEncoding(origins.headers(request)),
    gzip,
    limitRest: () => setTimeoutS(request, restTimeoutS),
    onOpen: (transport) => {
      leave = watch(admission, transport);
    },
    onGone: () => leave(),
  });
}

/** Turns a request into a WebSocket. @throws AppError when the viewer is refused. */
export async function openWs(deps: OpenStreamDeps, request: Request, roomId: string): Promise<void> {
  // Some proxies send it in other letters; the standard says that they do not matter.
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") throw notUpgradable("must be websocket");
  const { watch, upgrade } = deps;
  const admission = await knock(deps, request, roomId);
  if (upgrade(request, { onOpen: (transport) => watch(admission, transport) })) return;
  admission.release();
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

function notUpgradable(message: string): AppError {
  return new AppError("input_invalid", { issues: [{ path: "upgrade", message }] });
}

/** `Accept-Encoding` by RFC 9110, 12.5.3, as far as it can speak of gzip. */
function takesGzip(request: Request): boolean {
  const offers = (request.headers.get("accept-encoding") ?? "").toLowerCase().split(",");
  return offers.some((offer) => /^\s*(x-)?gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/.test(offer));
}

const varyByEncoding = ({ vary, ...headers }: Record<string, string>) => ({
  ...headers,
  vary: [vary, "accept-encoding"].filter(Boolean).join(", "),
});
