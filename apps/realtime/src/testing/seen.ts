import {
  type ControlFrame,
  controlFrameSchema,
  parseCursor,
  type RoomEvent,
  roomEventSchema,
} from "@barrage/protocol";

/** One thing that a viewer was sent, in order. */
export type SeenItem =
  | { readonly kind: "event"; readonly cursor: string; readonly seq: number; readonly event: RoomEvent }
  | { readonly kind: "control"; readonly frame: ControlFrame };

/** What a viewer has seen so far. */
export class Seen {
  readonly items: SeenItem[] = [];
  /** SSE comments and WebSocket heartbeats. */
  heartbeats = 0;
  /** Why reading broke off; undefined when it did not. */
  fault: unknown;

  addEvent(cursor: string, event: unknown): void {
    this.items.push({
      kind: "event",
      cursor,
      seq: parseCursor(cursor).seq,
      event: roomEventSchema.parse(event),
    });
  }

  addControl(frame: unknown): void {
    const parsed = controlFrameSchema.parse(frame);
    if (parsed.type === "heartbeat") this.heartbeats += 1;
    else this.items.push({ kind: "control", frame: parsed });
  }

  get seqs(): readonly number[] {
    return this.items.flatMap((item) => (item.kind === "event" ? [item.seq] : []));
  }

  get texts(): readonly string[] {
    return this.items.flatMap((item) =>
      item.kind === "event" && item.event.type === "danmaku.sent" ? [item.event.data.text] : [],
    );
  }

  /** The cursor of the last event, or of the first frame. */
  get cursor(): string {
    for (const item of this.items.toReversed()) {
      if (item.kind === "event") return item.cursor;
      if ("cursor" in item.frame) return item.frame.cursor;
    }
    throw new Error("nothing was seen yet");
  }

  controls<Type extends ControlFrame["type"]>(type: Type): readonly Extract<ControlFrame, { type: Type }>[] {
    const isOfType = (frame: ControlFrame): frame is Extract<ControlFrame, { type: Type }> =>
      frame.type === type;
    return this.items.flatMap((item) =>
      item.kind === "control" && isOfType(item.frame) ? [item.frame] : [],
    );
  }

  get isLive(): boolean {
    return this.controls("live").length > 0;
  }

  get skippedCount(): number {
    return this.controls("skipped").reduce((sum, { count }) => sum + count, 0);
  }
}
