import { ageInText, nowMicros } from "../stamp.ts";
import { takeControl } from "./control.ts";
import { type Reader, type ReaderSink, type ReaderTarget, targetUrl } from "./reader.ts";

const batchStart = '{"type":"batch"';
/** Can't occur inside a JSON string, where quotes are escaped; so no text of a user forges an event. */
const itemStart = '{"cursor":"';
const pong = JSON.stringify({ type: "pong" });

/** Hands the events of a batch on without parsing them. */
export function scanBatch(text: string, sink: ReaderSink): void {
  const now = nowMicros();
  let at = text.indexOf(itemStart);
  while (at >= 0) {
    const next = text.indexOf(itemStart, at + itemStart.length);
    const quote = text.indexOf('"', at + itemStart.length);
    const seq = Number(text.slice(text.indexOf("-", at) + 1, quote));
    sink.onEvent(seq, ageInText(text, [quote, next < 0 ? text.length : next], now));
    at = next;
  }
}

/** Bun's WebSocket can cut the connection without a closing handshake, as a lost network would. */
function cut(socket: WebSocket): void {
  if ("terminate" in socket && typeof socket.terminate === "function") socket.terminate();
  else socket.close();
}

/** Why an upgrade was refused, asked over HTTP: a WebSocket tells no status. */
async function askWhy(target: ReaderTarget, sink: ReaderSink): Promise<void> {
  const stop = new AbortController();
  try {
    const response = await fetch(targetUrl(target, "events"), { signal: stop.signal });
    if (response.ok) return sink.onEnd({ kind: "lost" });
    const code = /"code":"([a-z_]+)"/.exec(await response.text())?.[1] ?? "no code";
    sink.onEnd({ kind: "refused", status: response.status, code });
  } catch {
    sink.onEnd({ kind: "lost" });
  } finally {
    stop.abort();
  }
}

/** Reads a room over a WebSocket. */
export function openWsReader(target: ReaderTarget, sink: ReaderSink): Reader {
  const address = targetUrl(target, "ws");
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  let over = false;
  let opened = false;

  const guarded: ReaderSink = {
    ...sink,
    onEnd(end) {
      if (over) return;
      over = true;
      cut(socket);
      sink.onEnd(end);
    },
  };
  socket.addEventListener("open", () => {
    opened = true;
  });
  socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (over) return;
    sink.onAlive();
    const text = String(data);
    if (text.startsWith(batchStart)) return scanBatch(text, guarded);
    if (text.startsWith('{"type":"heartbeat"')) socket.send(pong);
    takeControl(text, guarded);
  });
  socket.addEventListener("close", ({ code }) => {
    if (over) return;
    if (opened) guarded.onEnd(code < 4500 ? { kind: "lost" } : { kind: "goodbye", retryAfterMs: null });
    else void askWhy(target, guarded);
  });
  return {
    close() {
      over = true;
      cut(socket);
    },
  };
}
