import { wsClientFrameSchema } from "@barrage/protocol";
import type { ConnectionOwner } from "./transport.ts";
import { WsTransport } from "./ws-transport.ts";

/** What a WebSocket carries from its upgrade on. */
export interface WsData {
  readonly owner: ConnectionOwner;
  /** Takes what the client says beyond pongs. @returns false when the protocol knows no such thing. */
  readonly onMessage?: (text: string) => boolean;
  transport?: WsTransport;
}

interface WsLimits {
  /** A socket with so much waiting is closed: nothing of ours writes that far. */
  readonly bufferBytesMax: number;
}

const inboundBytesMax = 1_024;
/** A peer that is gone without a word is noticed after this time; the server pings by itself before. */
const silenceSMax = 120;

/** Bun's WebSocket handlers: what happens on a socket, told to its transport. */
export function createWsHandlers({ bufferBytesMax }: WsLimits): Bun.WebSocketHandler<WsData> {
  return {
    maxPayloadLength: inboundBytesMax,
    backpressureLimit: bufferBytesMax,
    closeOnBackpressureLimit: true,
    perMessageDeflate: false,
    idleTimeout: silenceSMax,
    open(socket) {
      socket.data.transport = new WsTransport(socket);
      socket.data.owner.opened(socket.data.transport);
    },
    message(socket, message) {
      const { onMessage } = socket.data;
      if (typeof message === "string" && onMessage?.(message) === true) return;
      if (!isClientFrame(message)) socket.data.transport?.end("protocol_violation", null);
    },
    drain(socket) {
      socket.data.transport?.onDrain();
    },
    close(socket) {
      socket.data.transport?.onClose();
      socket.data.owner.gone();
    },
  };
}

/** The socket is for reading: a client has nothing to say but that it is there. */
function isClientFrame(message: string | Buffer): boolean {
  if (typeof message !== "string") return false;
  try {
    return wsClientFrameSchema.safeParse(JSON.parse(message)).success;
  } catch {
    return false;
  }
}
