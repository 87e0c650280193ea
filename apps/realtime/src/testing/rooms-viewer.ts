import type { ControlFrame } from "@barrage/protocol";
import { controlFrameSchema, wsServerFrameSchema } from "@barrage/protocol";
import { type OpenViewer, openSse, openWs } from "./open-viewer.ts";
import { openRaw, type RawViewer } from "./raw-viewer.ts";
import { Seen } from "./seen.ts";

type FrameOf<Type extends ControlFrame["type"]> = Extract<ControlFrame, { type: Type }>;

/** What a viewer of several rooms has seen, room by room, and what was said of the connection. */
export class RoomsSeen {
  readonly #rooms = new Map<string, Seen>();
  readonly connection = new Seen();
  /** The last `id:`, as an EventSource keeps it. */
  lastId = "";
  fault: unknown;

  /** What came of a room; empty for one of which nothing came. */
  of(room: string): Seen {
    const seen = this.#rooms.get(room) ?? new Seen();
    this.#rooms.set(room, seen);
    return seen;
  }

  /** Those of which something came. */
  get rooms(): readonly string[] {
    return [...this.#rooms].flatMap(([room, { items }]) => (items.length > 0 ? [room] : []));
  }

  refused(room: string): FrameOf<"refused"> | undefined {
    return this.of(room).controls("refused")[0];
  }

  left(room: string): FrameOf<"left"> | undefined {
    return this.of(room).controls("left")[0];
  }

  /** Takes a frame in the form of a WebSocket's. */
  addText(text: string): void {
    const frame = wsServerFrameSchema.parse(JSON.parse(text));
    if (frame.type !== "batch") return this.addControl(frame);
    for (const { cursor, event } of frame.events) {
      if (event.room !== frame.room) throw new Error("an event of another room in the batch");
      this.of(frame.room).addEvent(cursor, event);
    }
  }

  addControl(frame: ControlFrame): void {
    ("room" in frame ? this.of(frame.room) : this.connection).addControl(frame);
  }

  /** Takes one block of an event stream, strictly. */
  addBlock(block: string): void {
    if (block.startsWith(":")) {
      this.connection.heartbeats += 1;
      return;
    }
    if (/^retry: \d+$/.test(block)) return;
    const [, control, data, id] = /^(event: control\n)?data: ([^\n]*)(?:\nid: ([^\n]*))?$/.exec(block) ?? [];
    if (data === undefined) throw new Error(`an unknown frame: ${JSON.stringify(block)}`);
    if (control === undefined) this.addText(data);
    else this.addControl(controlFrameSchema.parse(JSON.parse(data)));
    if (id !== undefined) this.lastId = id;
  }
}

/** A connection that follows several rooms. */
export interface RoomsViewer extends OpenViewer<RoomsSeen> {
  /** Says something over a WebSocket. */
  readonly say: (frame: object) => void;
}

interface WatchRoomsOptions {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Rooms = readonly string[];

function queryOf(rooms: Rooms, { query = "" }: WatchRoomsOptions): string {
  const view = /\b(view|budget)=/.test(query) ? "" : "view=all&";
  return `${view}rooms=${rooms.join(",")}&${query}`;
}

async function watchSse(url: string, rooms: Rooms, options: WatchRoomsOptions = {}): Promise<RoomsViewer> {
  const address = `${url}/events?${queryOf(rooms, options)}`;
  const viewer = await openSse({ address, seen: new RoomsSeen(), headers: options.headers });
  return {
    ...viewer,
    say() {
      throw new Error("nothing can be said over an event stream");
    },
  };
}

async function watchWs(url: string, rooms: Rooms, options: WatchRoomsOptions = {}): Promise<RoomsViewer> {
  const address = `${url}/events/ws?${queryOf(rooms, options)}`;
  const viewer = await openWs({ address, seen: new RoomsSeen(), headers: options.headers });
  return { ...viewer, say: (frame) => viewer.socket.send(JSON.stringify(frame)) };
}

/** Follows several rooms by either. */
export const watchRoomsBy = { sse: watchSse, ws: watchWs } as const;

/** Follows several rooms on a bare socket, which can stop reading altogether. */
export async function watchRoomsRaw(
  format: "sse" | "ws",
  { url, rooms }: { readonly url: string; readonly rooms: Rooms },
): Promise<Omit<RawViewer, "seen"> & { readonly seen: RoomsSeen }> {
  const seen = new RoomsSeen();
  const path = format === "sse" ? "events" : "events/ws";
  const address = `${url}/${path}?${queryOf(rooms, {})}`;
  return { seen, ...(await openRaw(format, { address, seen })) };
}
