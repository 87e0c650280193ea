import {
  type ControlFrame,
  encodeSseControl,
  encodeSseEvent,
  encodeWsBatch,
  encodeWsControl,
  sseHeartbeat,
} from "@barrage/protocol";
import type { Server, ServerWebSocket } from "bun";

export const room = "room0000";
const encoder = new TextEncoder();

/** A viewer's connection as the server holds it. The test decides what it says, and when. */
export interface FakeConnection {
  readonly via: "sse" | "ws";
  readonly query: URLSearchParams;
  readonly control: (frame: ControlFrame) => void;
  /** Sends an event as it is, sensible or not. */
  readonly event: (cursor: string, event: unknown) => void;
  /** Bytes (SSE) or one text frame (WebSocket) as they are. */
  readonly raw: (text: string) => void;
  /** Ends the connection: cleanly, or with a WebSocket close code. */
  readonly end: (closeCode?: number) => void;
  /** Resolves when the viewer has left. */
  readonly left: Promise<void>;
  /** What a WebSocket viewer said. */
  readonly heard: string[];
}

/** A danmaku event of the room. */
export function danmaku(text: string) {
  return {
    v: 1,
    type: "danmaku.sent",
    room,
    at: 1,
    by: { id: "user0000", name: "someone", role: "viewer" },
    data: { id: "message0", session: "session0", text, color: "#ffffff", mode: "scroll" },
  } as const;
}

/** The first frame of a connection that continues after `seq`. */
export const hello = (seq: number, heartbeatMs = 10_000): ControlFrame => ({
  type: "hello",
  room,
  cursor: `e1-${seq}`,
  heartbeatMs,
  nowMs: 1,
  limits: { shedBytes: 1, closeBytes: 2 },
});

/** The frame that ends catching up. */
export const live = (seq: number): ControlFrame => ({ type: "live", room, cursor: `e1-${seq}` });

interface SocketData {
  readonly query: URLSearchParams;
  readonly heard: string[];
  readonly left: PromiseWithResolvers<void>;
}

function sseConnection(query: URLSearchParams) {
  const left = Promise.withResolvers<void>();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(value) {
      controller = value;
      value.enqueue(sseHeartbeat);
    },
    cancel: () => left.resolve(),
  });
  const write = (bytes: Uint8Array) => controller?.enqueue(bytes);
  const connection: FakeConnection = {
    via: "sse",
    query,
    control: (frame) => write(encodeSseControl(frame)),
    event: (cursor, event) => write(encodeSseEvent(cursor, encoder.encode(JSON.stringify(event)))),
    raw: (text) => write(encoder.encode(text)),
    end: () => controller?.close(),
    left: left.promise,
    heard: [],
  };
  const headers = { "content-type": "text/event-stream" };
  return { connection, response: new Response(body, { headers }) };
}

function wsConnection(socket: ServerWebSocket<SocketData>): FakeConnection {
  return {
    via: "ws",
    query: socket.data.query,
    control: (frame) => void socket.send(encodeWsControl(frame)),
    event: (cursor, event) =>
      void socket.send(encodeWsBatch(room, [{ cursor, json: JSON.stringify(event) }])),
    raw: (text) => void socket.send(text),
    end: (closeCode) => socket.close(closeCode),
    left: socket.data.left.promise,
    heard: socket.data.heard,
  };
}

/** Answers a request by itself instead of opening a stream; undefined lets the stream open. */
export type Interceptor = (request: {
  readonly via: "sse" | "ws";
  readonly query: URLSearchParams;
}) => Response | Promise<Response> | undefined;

/** A stand-in for a realtime node on a real port, speaking the real protocol; silent until the test speaks. */
export interface FakeNode extends Disposable {
  readonly url: string;
  /** The next connection that a viewer makes. */
  readonly next: () => Promise<FakeConnection>;
  /** How many requests came, answered or not. */
  readonly requests: () => number;
  intercept: Interceptor;
}

export function startFakeNode(): FakeNode {
  const arrived: FakeConnection[] = [];
  const waiting: ((connection: FakeConnection) => void)[] = [];
  let requests = 0;
  function arrive(connection: FakeConnection) {
    const waiter = waiting.shift();
    if (waiter === undefined) arrived.push(connection);
    else waiter(connection);
  }
  const server: Server<SocketData> = Bun.serve<SocketData>({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request, server) {
      const { pathname, searchParams: query } = new URL(request.url);
      const via = pathname.endsWith("/ws") ? "ws" : "sse";
      requests++;
      const answer = node.intercept({ via, query });
      if (answer !== undefined) return answer;
      if (via === "ws") {
        const data = { query, heard: [], left: Promise.withResolvers<void>() };
        return server.upgrade(request, { data }) ? undefined : new Response("", { status: 426 });
      }
      const { connection, response } = sseConnection(query);
      arrive(connection);
      return response;
    },
    websocket: {
      open: (socket) => arrive(wsConnection(socket)),
      message: (socket, text) => void socket.data.heard.push(String(text)),
      close: (socket) => socket.data.left.resolve(),
    },
  });
  const node: FakeNode = {
    url: `http://127.0.0.1:${server.port}`,
    next: () => {
      const connection = arrived.shift();
      return connection === undefined
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(connection);
    },
    requests: () => requests,
    intercept: () => undefined,
    [Symbol.dispose]: () => void server.stop(true),
  };
  return node;
}
