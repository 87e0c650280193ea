import { expect, test } from "bun:test";
import { createTestDatabase } from "@barrage/testkit";
import { sql } from "drizzle-orm";
import { openDatabase } from "./database.ts";
import { listWaitingEvents } from "./queries/outbox-relay.ts";
import { countLotteryStates, readOutboxLag } from "./queries/platform-lags.ts";

test("each query is told when it is sent and when it has ended, in and out of transactions, with its failure", async () => {
  await using server = await createTestDatabase();
  const told: string[] = [];
  const database = openDatabase({
    url: server.url,
    applicationName: "watched",
    onQuery({ operation, table }) {
      told.push(`${operation} ${table}`);
      return (error) => told.push(error === undefined ? "done" : "failed");
    },
  });
  try {
    expect(await listWaitingEvents(database.orm, 1)).toEqual([]);
    expect(told.splice(0)).toEqual(["select outbox", "done"]);

    await database.transaction(async (orm) => {
      await listWaitingEvents(orm, 1);
      await orm.transaction(async (nested) => {
        await listWaitingEvents(nested, 1);
      });
    });
    expect(told.splice(0).filter((line) => line === "select outbox")).toHaveLength(2);

    const failing = database.orm.execute(sql`select * from "nowhere" where "secret" = ${"S1"}`);
    await failing.then(
      () => expect.unreachable(),
      () => undefined,
    );
    expect(told.splice(0)).toEqual(["select nowhere", "failed"]);

    expect(await readOutboxLag(database.orm)).toEqual({ events: 0, seconds: 0 });
    expect(await countLotteryStates(database.orm)).toEqual([]);
  } finally {
    await database.close();
  }
}, 60_000);
