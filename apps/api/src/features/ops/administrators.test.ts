import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import { failureOf } from "../../testing/api-client.ts";
import { type OpsWorld, startOpsWorld } from "../../testing/ops-world.ts";

let world: OpsWorld;
beforeAll(async () => {
  world = await startOpsWorld();
}, 60_000);
afterAll(() => world?.[Symbol.asyncDispose]());

/** A log-in is believed for five seconds. */
const noticed = { deadlineMs: 20_000, what: "the change of the right" };

const command = (args: readonly string[], env?: Readonly<Record<string, string>>) =>
  world.command("db/src/admin/main.ts", args, env);

describe("administrators", () => {
  test("anonymous callers and other users are refused, each with a code of its own", async () => {
    const person = await world.person();
    expect(await failureOf(world.api.client().ops.administrators.query())).toMatchObject({
      code: "unauthenticated",
      status: 401,
    });
    expect(await failureOf(person.client.ops.administrators.query())).toMatchObject({
      code: "administrator_required",
      status: 403,
    });
    expect(await person.client.users.me.query()).toMatchObject({ isAdministrator: false });
  });

  test("the command makes one and unmakes one; who is logged in gains and loses the right without a new log-in", async () => {
    const person = await world.person();
    expect(await command(["grant", person.name.toUpperCase()])).toMatchObject({ code: 0 });
    await waitFor(async () => (await person.client.users.me.query())?.isAdministrator === true, noticed);
    expect(await person.client.ops.administrators.query()).toEqual([{ id: person.id, name: person.name }]);
    expect(await command(["list"])).toMatchObject({ code: 0, said: `${person.name}\n` });

    expect(await command(["revoke", person.name])).toMatchObject({ code: 0 });
    await waitFor(async () => (await person.client.users.me.query())?.isAdministrator === false, noticed);
    expect(await failureOf(person.client.ops.administrators.query())).toMatchObject({
      code: "administrator_required",
    });
    expect(await command(["list"])).toMatchObject({ code: 0, said: "" });
  }, 60_000);

  test("the command says what is wrong: an unknown name, no name, no database, and never the database's password", async () => {
    expect(await command(["grant", "nobody_here"])).toMatchObject({
      code: 1,
      complained: expect.stringContaining("nobody_here"),
    });
    expect(await command(["grant"])).toMatchObject({
      code: 64,
      complained: expect.stringContaining("usage"),
    });
    expect(await command(["list"], { DATABASE_URL: "" })).toMatchObject({
      code: 64,
      complained: expect.stringContaining("DATABASE_URL"),
    });
    const down = await command(["list"], { DATABASE_URL: "postgres://barrage:hush@127.0.0.1:1/barrage" });
    expect(down).toMatchObject({ code: 1, complained: "PostgreSQL could not be asked (ECONNREFUSED)\n" });
  }, 60_000);
});
