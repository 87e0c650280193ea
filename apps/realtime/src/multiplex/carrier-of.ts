import { SseTransport } from "../transport/sse-transport.ts";
import type { Transport } from "../transport/transport.ts";
import { WsTransport } from "../transport/ws-transport.ts";
import type { RoomsCarrier } from "./rooms-carrier.ts";
import { SseRoomsCarrier, type SseRoomsOptions } from "./sse-rooms-carrier.ts";
import { WsRoomsCarrier } from "./ws-rooms-carrier.ts";

/** What carries several rooms over a connection. */
export function carrierOf(transport: Transport, options: SseRoomsOptions): RoomsCarrier {
  if (transport instanceof SseTransport) return new SseRoomsCarrier(transport, options);
  if (transport instanceof WsTransport) return new WsRoomsCarrier(transport);
  throw new Error("several rooms need an event stream or a WebSocket");
}
