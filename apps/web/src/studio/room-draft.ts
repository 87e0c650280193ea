import { newRoomSchema, roomDescriptionSchema, roomPasswordSchema, roomTitleSchema } from "@barrage/domain";
import type { Visibility } from "@barrage/protocol";

/** What the form of a room holds. An empty password means none, or for a room that has one: keep it. */
export interface RoomDraft {
  readonly title: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly password: string;
}

export const emptyRoomDraft: RoomDraft = { title: "", description: "", visibility: "public", password: "" };

/** What is wrong with a draft, by field, by the same rules as the server's. `kept`: the room has a password already. */
export function faultsOfRoom(
  draft: RoomDraft,
  { kept }: { readonly kept: boolean },
): Partial<Record<keyof RoomDraft, string>> {
  const faults: Partial<Record<keyof RoomDraft, string>> = {};
  const title = roomTitleSchema.safeParse(draft.title).error?.issues[0]?.message;
  const description = roomDescriptionSchema.safeParse(draft.description).error?.issues[0]?.message;
  if (title !== undefined) faults.title = sentence(title);
  if (description !== undefined) faults.description = sentence(description);
  if (draft.visibility === "private" && !(kept && draft.password === "")) {
    const password = roomPasswordSchema.safeParse(draft.password).error?.issues[0]?.message;
    if (password !== undefined) faults.password = sentence(`the password ${password}`);
  }
  return faults;
}

/** The draft as the api's `rooms.create` takes it. Only for a draft without faults. */
export function newRoomOf(draft: RoomDraft) {
  const { password, ...rest } = draft;
  return newRoomSchema.parse(draft.visibility === "private" ? { ...rest, password } : rest);
}

/** The draft as the api's `rooms.update` takes it. */
export function roomChangeOf(draft: RoomDraft) {
  const { password, ...rest } = draft;
  return { ...rest, ...(draft.visibility === "private" && password !== "" ? { password } : {}) };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
