import {
  closeCodes,
  controlFrameSchema,
  cursorSchema,
  idSchema,
  mayReconnect,
  roomEventSchema,
  roomsClientFrameSchema,
  sseControlEvent,
  wsBatchSchema,
  wsClientFrameSchema,
} from "@barrage/protocol";
import { z } from "zod";

const codes = Object.entries(closeCodes)
  .map(
    ([reason, code]) =>
      `${code} ${reason} (${mayReconnect(code) ? "come back with your cursor" : "do not come back"})`,
  )
  .join("; ");

const description = `What the realtime nodes push, of one room per connection or of several.

* **Server-sent events**: \`GET /rooms/{room}/events\`. An event's \`id\` is its cursor, its \`data\` a room event as JSON. What the node says about the stream itself is \`event: ${sseControlEvent}\`, without an id.
* **WebSocket**: \`GET /rooms/{room}/ws\`. A text frame is a batch of room events or a control frame.
* **Where to begin**: \`?since=<cursor>\` (or the header \`Last-Event-ID\`) continues after that event; \`?tail=n\` begins n events ago; without either, from now on.
* **Private rooms, and viewers with a name**: \`?ticket=\` from \`POST /api/v1/rooms/{id}/tickets\`, for one connection.
* **Several rooms over one connection**: \`GET /events?rooms=<id>,<id>\` (server-sent events) and \`GET /events/ws?rooms=<id>,<id>\` (WebSocket). Each frame says which room it is of; \`hello\`, \`live\`, \`reset\` and \`skipped\` come for each room. \`?since=<id>:<cursor>,<id>:<cursor>\` and \`?tickets=<id>:<ticket>,<id>:<ticket>\` are per room; an event stream's \`id\` has the form of that \`since\`, so that \`Last-Event-ID\` continues every room (\`?ids=none\` leaves it out). Here the \`data\` of an event stream is a batch, as over WebSocket. Over WebSocket rooms can be added (\`subscribe\`) and left (\`unsubscribe\`). A room that is not joined is \`refused\`, one that ends has \`left\`; the others go on. When none can be joined, the answer is the error of the first.
* Each event comes once and in order, or a \`reset\` says that it can't. Ignore types and fields that you do not know: new ones may be added.
* WebSocket close codes: ${codes}.`;

/** JSON Schema as AsyncAPI has it by default (draft 7). */
function schema(type: z.ZodType, target: "input" | "output" = "output") {
  return {
    ...z.toJSONSchema(type, { target: "draft-7", io: target, unrepresentable: "any" }),
    $schema: undefined,
  };
}

const eventMessages = roomEventSchema.options.map((option) => {
  const name = option.shape.type.value;
  return { key: name.replaceAll(".", "_"), message: { name, payload: schema(option) } };
});

const controlMessages = controlFrameSchema.options.map((option) => {
  const name = option.shape.type.value;
  return { key: `control_${name}`, message: { name: `control ${name}`, payload: schema(option) } };
});

/** Said on connections that follow several rooms alone. */
const notOfOneRoom: ReadonlySet<string> = new Set(["control_refused", "control_left"]);

const messages = [
  ...eventMessages,
  ...controlMessages,
  { key: "ws_batch", message: { name: "batch", payload: schema(wsBatchSchema) } },
  { key: "ws_client", message: { name: "pong", payload: schema(wsClientFrameSchema, "input") } },
  { key: "rooms_client", message: { name: "rooms", payload: schema(roomsClientFrameSchema, "input") } },
];
const keys = messages.map(({ key }) => key);
const pushed = {
  sse: keys.filter(
    (key) => !/^(ws|rooms)_/.test(key) && !notOfOneRoom.has(key) && key !== "control_heartbeat",
  ),
  ws: keys.filter((key) => key === "ws_batch" || (key.startsWith("control_") && !notOfOneRoom.has(key))),
  roomsSse: keys.filter((key) => key === "ws_batch" || /^control_(?!heartbeat|replay)/.test(key)),
  roomsWs: keys.filter((key) => key === "ws_batch" || /^control_(?!replay)/.test(key)),
};

/**
 * The event stream as an AsyncAPI 3.0 document, made from the schemas that the nodes and the SDK use.
 * Over JSON it has no undefined fields.
 */
export function eventStreamDocument() {
  const channelMessages = (wanted: readonly string[]) =>
    Object.fromEntries(wanted.map((key) => [key, { $ref: `#/components/messages/${key}` }]));
  const parameters = { room: { description: "The room's id" } };
  const operation = (
    action: "send" | "receive",
    channel: keyof typeof pushed,
    wanted: readonly string[],
  ) => ({
    action,
    channel: { $ref: `#/channels/${channel}` },
    messages: wanted.map((key) => ({ $ref: `#/channels/${channel}/messages/${key}` })),
  });
  return {
    asyncapi: "3.0.0",
    info: { title: "Barrage events", version: "1", description },
    defaultContentType: "application/json",
    channels: {
      sse: { address: "/rooms/{room}/events", parameters, messages: channelMessages(pushed.sse) },
      ws: {
        address: "/rooms/{room}/ws",
        parameters,
        messages: channelMessages([...pushed.ws, "ws_client"]),
      },
      roomsSse: { address: "/events", messages: channelMessages(pushed.roomsSse) },
      roomsWs: { address: "/events/ws", messages: channelMessages([...pushed.roomsWs, "rooms_client"]) },
    },
    operations: {
      pushOverSse: operation("send", "sse", pushed.sse),
      pushOverWebSocket: operation("send", "ws", pushed.ws),
      hearFromWebSocket: operation("receive", "ws", ["ws_client"]),
      pushRoomsOverSse: operation("send", "roomsSse", pushed.roomsSse),
      pushRoomsOverWebSocket: operation("send", "roomsWs", pushed.roomsWs),
      hearFromRoomsWebSocket: operation("receive", "roomsWs", ["rooms_client"]),
    },
    components: {
      messages: Object.fromEntries(messages.map(({ key, message }) => [key, message])),
      schemas: { cursor: schema(cursorSchema), id: schema(idSchema) },
    },
  };
}
