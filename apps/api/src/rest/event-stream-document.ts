import {
  closeCodes,
  controlFrameSchema,
  cursorSchema,
  idSchema,
  mayReconnect,
  roomEventSchema,
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

const description = `What the realtime nodes push, one room per connection.

* **Server-sent events**: \`GET /rooms/{room}/events\`. An event's \`id\` is its cursor, its \`data\` a room event as JSON. What the node says about the stream itself is \`event: ${sseControlEvent}\`, without an id.
* **WebSocket**: \`GET /rooms/{room}/ws\`. A text frame is a batch of room events or a control frame.
* **Where to begin**: \`?since=<cursor>\` (or the header \`Last-Event-ID\`) continues after that event; \`?tail=n\` begins n events ago; without either, from now on.
* **Private rooms, and viewers with a name**: \`?ticket=\` from \`POST /api/v1/rooms/{id}/tickets\`, for one connection.
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

/**
 * The event stream as an AsyncAPI 3.0 document, made from the schemas that the nodes and the SDK use.
 * Over JSON it has no undefined fields.
 */
export function eventStreamDocument() {
  const messages = [
    ...eventMessages,
    ...controlMessages,
    { key: "ws_batch", message: { name: "batch", payload: schema(wsBatchSchema) } },
    { key: "ws_client", message: { name: "pong", payload: schema(wsClientFrameSchema, "input") } },
  ];
  const keys = messages.map(({ key }) => key);
  const pushed = {
    sse: keys.filter((key) => !key.startsWith("ws_") && key !== "control_heartbeat"),
    ws: keys.filter((key) => key === "ws_batch" || key.startsWith("control_")),
  };
  const channelMessages = (wanted: readonly string[]) =>
    Object.fromEntries(wanted.map((key) => [key, { $ref: `#/components/messages/${key}` }]));
  const parameters = { room: { description: "The room's id" } };
  const operation = (action: "send" | "receive", channel: "sse" | "ws", wanted: readonly string[]) => ({
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
    },
    operations: {
      pushOverSse: operation("send", "sse", pushed.sse),
      pushOverWebSocket: operation("send", "ws", pushed.ws),
      hearFromWebSocket: operation("receive", "ws", ["ws_client"]),
    },
    components: {
      messages: Object.fromEntries(messages.map(({ key, message }) => [key, message])),
      schemas: { cursor: schema(cursorSchema), id: schema(idSchema) },
    },
  };
}
