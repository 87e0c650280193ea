import type { WebhookCause } from "@barrage/db";
import { isWebhookEvent } from "@barrage/domain";
import type { ConsumedEntry } from "@barrage/platform";
import { formatCursor, roomEventSchema } from "@barrage/protocol";

const decoder = new TextDecoder();

/** What an entry of the room log means to webhooks; undefined when nothing. @throws for what is no event */
export function webhookCauseOf({ json, roomId, epoch, seq }: ConsumedEntry): WebhookCause | undefined {
  const event = roomEventSchema.parse(JSON.parse(decoder.decode(json)));
  if (!isWebhookEvent(event.type)) return undefined;
  const cursor = formatCursor({ epoch, seq });
  // The cursor names the event for ever: a receiver tells a repetition by it.
  const body = JSON.stringify({ id: cursor, type: event.type, room: roomId, at: event.at, data: event.data });
  return { roomId, cause: cursor, event: event.type, body };
}
