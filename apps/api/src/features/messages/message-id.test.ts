import { expect, test } from "bun:test";
import { newId } from "@barrage/platform";
import { isId } from "@barrage/protocol";
import { messageIdOf } from "./message-id.ts";

test("a message's id follows from its user, room and key alone, is short, and differs when any of them does", () => {
  const message = { userId: newId(), roomId: newId(), key: newId() };
  const id = messageIdOf(message);
  expect(messageIdOf({ ...message })).toBe(id);
  const others = Array.from({ length: 1_000 }, () => [
    messageIdOf({ ...message, userId: newId() }),
    messageIdOf({ ...message, roomId: newId() }),
    messageIdOf({ ...message, key: newId() }),
  ]).flat();
  expect(new Set([id, ...others]).size).toBe(1 + others.length);
  for (const one of [id, ...others]) expect([isId(one), one.length]).toEqual([true, 16]);
});
