import {
  closeCodes,
  controlFrameSchema,
  cursorSchema,
  idSchema,
  mayReconnect,
  replayClientFrameSchema,
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

const description = `What the realtime nodes push: rooms as they are now, one per connection or several, and sessions as they were.

* **Server-sent events**: \`GET /rooms/{room}/events\`. An event's \`id\` is its cursor, its \`data\` a room event as JSON. What the node says about the stream itself is \`event: ${sseControlEvent}\`, without an id.
* **WebSocket**: \`GET /rooms/{room}/ws\`. A text frame is a batch of room events or a control frame.
* **Where to begin**: \`?since=<cursor>\` (or the header \`Last-Event-ID\`) continues after that event; \`?tail=n\` begins n events ago; without either, from now on.
* **Private rooms, and viewers with a name**: \`?ticket=\` from \`POST /api/v1/rooms/{id}/tickets\`, for one connection.
* **Several rooms over one connection**: \`GET /events?rooms=<id>,<id>\` (server-sent events) and \`GET /events/ws?rooms=<id>,<id>\` (WebSocket). Each frame says which room it is of; \`hello\`, \`live\`, \`reset\` and \`skipped\` come for each room. \`?since=<id>:<cursor>,<id>:<cursor>\` and \`?tickets=<id>:<ticket>,<id>:<ticket>\` are per room; an event stream's \`id\` has the form of that \`since\`, so that \`Last-Event-ID\` continues every room (\`?ids=none\` leaves it out). Here the \`data\` of an event stream is a batch, as over WebSocket. Over WebSocket rooms can be added (\`subscribe\`) and left (\`unsubscribe\`). A room that is not joined is \`refused\`, one that ends has \`left\`; the others go on. When none can be joined, the answer is the error of the first.
* **Replays**: \`GET /rooms/{room}/replay?session=<id>\` (server-sent events) and \`GET /rooms/{room}/replay/ws?session=<id>\` (WebSocket) play a session with its own timing. \`?from=\` is a moment in milliseconds or a cursor, \`?speed=\` 0.25 to 16 or \`max\`, \`?until=\` a moment; \`Last-Event-ID\` goes on behind an event. A \`replay\` frame says where it is, first and after every jump. Over WebSocket the viewer says \`pause\`, \`play\`, \`seek\` and \`speed\`. A replay of a session that runs goes over into \`live\`.
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

const controls = (...names: readonly string[]) => names.map((name) => `control_${name}`);
/** Said on connections that follow several rooms alone. */
const ofSeveralRooms = new Set(controls("refused", "left"));
/** Said in replays alone. */
const ofReplays = new Set(controls("replay", "stalled"));
const inReplays = controls("replay", "stalled", "live", "skipped", "merged", "goodbye");
/** Over server-sent events it is a comment line. */
const heartbeat = "control_heartbeat";

const messages = [
  ...eventMessages,
  ...controlMessages,
  { key: "ws_batch", message: { name: "batch", payload: schema(wsBatchSchema) } },
  { key: "ws_client", message: { name: "pong", payload: schema(wsClientFrameSchema, "input") } },
  { key: "replay_client", message: { name: "replay", payload: schema(replayClientFrameSchema, "input") } },
  { key: "rooms_client", message: { name: "rooms", payload: schema(roomsClientFrameSchema, "input") } },
];
const eventKeys = eventMessages.map(({ key }) => key);
const controlKeys = controlMessages.map(({ key }) => key).filter((key) => !ofReplays.has(key));
const ofOneRoom = controlKeys.filter((key) => !ofSeveralRooms.has(key));
const pushed = {
  sse: [...eventKeys, ...ofOneRoom.filter((key) => key !== heartbeat)],
  ws: ["ws_batch", ...ofOneRoom],
  roomsSse: ["ws_batch", ...controlKeys.filter((key) => key !== heartbeat)],
  roomsWs: ["ws_batch", ...controlKeys],
  replaySse: [...eventKeys, ...inReplays],
  replayWs: ["ws_batch", ...inReplays, heartbeat],
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
      replaySse: { address: "/rooms/{room}/replay", parameters, messages: channelMessages(pushed.replaySse) },
      replayWs: {
        address: "/rooms/{room}/replay/ws",
        parameters,
        messages: channelMessages([...pushed.replayWs, "replay_client"]),
      },
    },
    operations: {
      pushOverSse: operation("send", "sse", pushed.sse),
      pushOverWebSocket: operation("send", "ws", pushed.ws),
      hearFromWebSocket: operation("receive", "ws", ["ws_client"]),
      pushRoomsOverSse: operation("send", "roomsSse", pushed.roomsSse),
      pushRoomsOverWebSocket: operation("send", "roomsWs", pushed.roomsWs),
      hearFromRoomsWebSocket: operation("receive", "roomsWs", ["rooms_client"]),
      pushReplayOverSse: operation("send", "replaySse", pushed.replaySse),
      pushReplayOverWebSocket: operation("send", "replayWs", pushed.replayWs),
      hearFromReplayWebSocket: operation("receive", "replayWs", ["replay_client"]),
    },
    components: {
      messages: Object.fromEntries(messages.map(({ key, message }) => [key, message])),
      schemas: { cursor: schema(cursorSchema), id: schema(idSchema) },
    },
  };
}
