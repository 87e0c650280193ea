import { expect, test } from "bun:test";
import { oneLineSchema, roomTitleSchema } from "./room-rules.ts";

test("a title is stored on one line, in NFC, without what is not shown", () => {
  expect(roomTitleSchema.parse(" Cafe\u0301 \n nig\u00adht ")).toBe("Café night");
});

test("a title that nobody can see, or that could hide or turn what stands beside it, is refused", () => {
  for (const title of ["", " ", "\u00ad", "\u200b", "\u2800", "\u200d", "a\u202eb", "a\u0000b", "a\u2066b"])
    expect(roomTitleSchema.safeParse(title).success).toBe(false);
});

test("a description may be empty, and not be made of what can't be seen", () => {
  const schema = oneLineSchema("the description", 500);
  expect(schema.parse("")).toBe("");
  expect(schema.safeParse("\u200d").success).toBe(false);
});
