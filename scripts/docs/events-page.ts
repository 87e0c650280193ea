import { closeCodes, controlFrameSchema, roomEventSchema } from "@barrage/protocol";
import { z } from "zod";

const schemaShape = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
});

/** A JSON Schema in one line, as TypeScript would say it. */
function inWords(given: unknown): string {
  const schema = schemaShape.parse(given ?? {});
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map(inWords).join(" or ");
  if (schema.type === "array") return `[${inWords(schema.items)}, …]`;
  if (schema.properties !== undefined) {
    const { required } = schema;
    const fields = Object.entries(schema.properties).map(
      ([name, field]) => `${name}${required.includes(name) ? "" : "?"}: ${inWords(field)}`,
    );
    return `{${fields.join(", ")}}`;
  }
  if (schema.type === undefined) return "any";
  return Array.isArray(schema.type) ? schema.type.join(" or ") : schema.type;
}

const line = (schema: z.ZodType): string =>
  inWords(z.toJSONSchema(schema, { io: "output", unrepresentable: "any" })).replaceAll("|", "\\|");

/** docs/events.md, from the schemas that the nodes and the SDK use. */
export function eventsPage(): string {
  const events = roomEventSchema.options.map(
    ({ shape }) => `| \`${shape.type.value}\` | \`${line(shape.data)}\` |`,
  );
  const frames = controlFrameSchema.options.map((option) => {
    const { type, ...rest } = option.shape;
    return `| \`${type.value}\` | \`${line(z.object(rest))}\` |`;
  });
  return `# Events
What a room's stream is made of. The same as machine-readable AsyncAPI 3.0: \`/asyncapi.json\` of every api process.

\`GET <realtime>/rooms/<id>/events\` is Server-Sent Events: an event's \`id\` is its cursor, its \`data\` the JSON below. \`GET <realtime>/rooms/<id>/ws\` is a WebSocket: each text frame is \`{type: "batch", room, events: [{cursor, event}, …]}\` or a control frame. \`?since=<cursor>\` (or \`Last-Event-ID\`) goes on after that event, \`?tail=<n>\` begins n events ago, \`?view=all\` gives all that is said in a crowd (instead of what can be read) and \`?view=status\` how the room stands and no more (\`room.*\`, \`viewers.counted\`; who reads that is not counted as a viewer), \`?ticket=\` says who is watching and opens private rooms.

## Several rooms over one connection
\`GET <realtime>/events?rooms=<id>,<id>\` and \`GET <realtime>/events/ws?rooms=<id>,<id>\` follow several rooms (50 at most, unless the node's \`ROOMS_PER_CONNECTION_MAX\` says otherwise), with the same promises for each. The SDK has \`subscribeRooms\`.

- Each frame says its room; \`hello\`, \`live\`, \`reset\`, \`skipped\` and \`merged\` come per room, heartbeats and \`goodbye\` per connection.
- \`?since=<id>:<cursor>,<id>:<cursor>\` says where each room goes on, \`?tickets=<id>:<ticket>,…\` opens private ones. \`?tail=\`, \`?budget=\` and \`?view=\` are for all rooms.
- Over SSE the \`data\` of an event is the WebSocket's \`batch\` (so a batch comes whole or not at all), and the \`id\` of every block is the position in all rooms, in the form of \`since\`: an EventSource goes on in each room by its \`Last-Event-ID\`. \`?ids=none\` leaves the ids out, for clients that keep the cursors of the batches.
- A WebSocket adds and drops rooms: \`{type: "subscribe", room, since?, tail?, ticket?}\`, \`{type: "unsubscribe", room}\`.
- A room that can't be joined is \`refused\`, one that ends for this viewer has \`left\`; the connection and its other rooms go on. Only when no room can be joined at all is the answer an HTTP error: that of the first room.

## Replays
\`GET <realtime>/rooms/<id>/replay?session=<id>\` and \`GET <realtime>/rooms/<id>/replay/ws?session=<id>\` play a session with its own timing, in the same frames. The SDK has \`replayRoom\`.

- \`?from=\` is a moment of the session in milliseconds or a cursor (\`Last-Event-ID\` goes before it), \`?until=\` the moment of its end, \`?speed=\` 0.25 to 16, or \`max\`: as fast as it is read. \`?view=\`, \`?budget=\` and \`?ticket=\` are as above.
- A \`replay\` frame comes first and after every jump: where it is, and how the room stood then. \`stalled\` says that what comes next can't be read now; it is tried again.
- Over a WebSocket the viewer says \`{type: "pause"}\`, \`{type: "play"}\`, \`{type: "seek", offsetMs, tag?}\`, \`{type: "speed", speed}\`.
- A session that still runs goes over into \`live\`; one that has ended closes a WebSocket with ${closeCodes.replay_ended} (\`replay_ended\`), and an event stream with a \`goodbye\` of that reason.

Each event comes once and in order, or a \`reset\` says that it can't. Ignore types and fields that you do not know: new ones may be added, and a type's meaning never changes.

## Events
Each is \`{v: 1, type, room, at, mediaMs?, by?: {id, name, role}, data}\`: \`at\` is when it was accepted, in milliseconds since 1970, \`mediaMs\` the sender's place in the picture.

| type | data |
|---|---|
${events.join("\n")}

## Control frames
About the stream itself; never stored, never replayed, without a cursor. Over SSE they come as \`event: control\`.

| type | fields |
|---|---|
${frames.join("\n")}

Made by \`bun run docs\` from \`packages/protocol\`; a test fails when it is out of date.
`;
}
