import { z } from "zod";
import { type ControlFrame, controlFrameSchema } from "./control-frame.ts";
import { cursorSchema } from "./cursor.ts";
import { roomEventSchema } from "./event.ts";
import { idSchema } from "./id.ts";

/** One or more events of a room, in order. Every WebSocket text frame is either this or a control frame. */
export const wsBatchSchema = z.object({
  type: z.literal("batch"),
  room: idSchema,
  events: z.array(z.object({ cursor: cursorSchema, event: roomEventSchema })).min(1),
});

/** What a WebSocket client may receive. */
export const wsServerFrameSchema = z.union([wsBatchSchema, controlFrameSchema]);

/** What a WebSocket client may receive. */
export type WsServerFrame = z.infer<typeof wsServerFrameSchema>;

/** What a WebSocket client may say: the socket is for reading; every write is a tRPC call. */
export const wsClientFrameSchema = z.object({ type: z.literal("pong") });

/** What a WebSocket client that follows several rooms may say. */
export const roomsClientFrameSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("pong") }),
  /** Follow this room, too. Answered by its `hello`, or by `refused`. */
  z.object({
    type: z.literal("subscribe"),
    room: idSchema,
    /** As in the query: where to begin. */
    since: cursorSchema.optional(),
    tail: z.int().nonnegative().optional(),
    ticket: z.string().min(1).optional(),
  }),
  /** Nothing more of this room. What is under way may still come. */
  z.object({ type: z.literal("unsubscribe"), room: idSchema }),
]);

/** What a WebSocket client that follows several rooms may say. */
export type RoomsClientFrame = z.infer<typeof roomsClientFrameSchema>;

/** Events with their cursors in wire form, still as the JSON text that was stored. */
export interface EncodedEvent {
  readonly cursor: string;
  readonly json: string;
}

/** A batch as a text frame, composed from stored JSON without parsing it. */
export function encodeWsBatch(room: string, events: readonly EncodedEvent[]): string {
  const items = events.map(({ cursor, json }) => `{"cursor":"${cursor}","event":${json}}`);
  return `{"type":"batch","room":"${room}","events":[${items.join(",")}]}`;
}

/** A control frame as a text frame. */
export function encodeWsControl(frame: ControlFrame): string {
  return JSON.stringify(frame);
}
