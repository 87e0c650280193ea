import { prepareEntry, type RoomEntry } from "../events/room-entry.ts";
import { danmaku } from "./danmaku.ts";

const encoder = new TextEncoder();

/** A room entry with this sequence; of a viewer unless told otherwise. */
export function entry(seq: number, role: "viewer" | "host" = "viewer"): RoomEntry {
  const json = encoder.encode(JSON.stringify(danmaku("room0000", `text ${seq}`, role)));
  const prepared = prepareEntry("e1", { seq, json });
  if (prepared === undefined) throw new Error("not an event");
  return prepared.entry;
}
