import { expect, test } from "bun:test";
import type { Role } from "@barrage/protocol";
import { canModerate } from "./permissions.ts";

test("moderation goes downwards in rank only", () => {
  const roles: Role[] = ["host", "moderator", "viewer"];
  const allowed = roles.flatMap((actor) =>
    roles.filter((target) => canModerate(actor, target)).map((target) => `${actor}>${target}`),
  );
  expect(allowed).toEqual(["host>moderator", "host>viewer", "moderator>viewer"]);
});
