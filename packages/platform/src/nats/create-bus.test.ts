import { describe, expect, test } from "bun:test";
import { AppError } from "@barrage/protocol";
import { startTestNats, waitFor } from "@barrage/testkit";
import { newId } from "../ids/new-id.ts";
import { createLogger } from "../log/create-logger.ts";
import { busTopics, type Presence } from "./bus-topics.ts";
import { connectNats } from "./connect-nats.ts";
import { createBus } from "./create-bus.ts";

async function setUp(url: string) {
  const warnings: string[] = [];
  const logger = createLogger({
    name: "test",
    level: "warn",
    destination: { write: (line) => warnings.push(line) },
  });
  const link = await connectNats({ url, name: "test", logger });
  return { link, bus: createBus({ link, logger }), warnings };
}

describe("bus", () => {
  test("brings broadcasts to every listener; what can't be read is logged and ignored", async () => {
    await using nats = await startTestNats();
    const first = await setUp(nats.url);
    const second = await setUp(nats.url);
    const heard: Presence[] = [];
    first.bus.listen(busTopics.presence, (presence) => heard.push(presence));
    const end = second.bus.listen(busTopics.presence, (presence) => heard.push(presence));
    await Promise.all([first.link.connection.flush(), second.link.connection.flush()]);
    const presence = { node: newId(), rooms: { [newId()]: 3 }, uniques: { [newId()]: 7 } };
    for (const bad of [
      "",
      "{",
      "null",
      '{"node":"../","rooms":{}}',
      '{"node":"aaaaaaaa","rooms":{"x":-1}}',
    ]) {
      first.link.connection.publish("presence.x", bad);
    }
    first.bus.broadcast(busTopics.presence, presence);
    await waitFor(() => heard.length === 2);
    expect(heard).toEqual([presence, presence]);
    expect(first.warnings.length).toBe(5);
    end();
    first.bus.broadcast(busTopics.presence, presence);
    await waitFor(() => heard.length === 3);
    await Promise.all([first.link.close(), second.link.close()]);
  });

  test("a request is answered, or fails as log_unavailable: with nobody there, a failing answerer, or NATS down", async () => {
    await using nats = await startTestNats();
    const asker = await setUp(nats.url);
    const answerer = await setUp(nats.url);
    const ask = async (): Promise<unknown> => {
      try {
        return await asker.bus.request(busTopics.outboxFlush, { payload: {}, deadlineMs: 300 });
      } catch (error) {
        return error instanceof AppError ? error.code : error;
      }
    };
    expect(await ask()).toBe("log_unavailable");
    let relayed = 5;
    answerer.bus.answer(busTopics.outboxFlush, async () => {
      if (relayed === 0) throw new Error("can't");
      return { relayed };
    });
    await answerer.link.connection.flush();
    expect(await ask()).toEqual({ relayed: 5 });
    relayed = 0;
    expect(await ask()).toBe("log_unavailable");
    await nats.stop();
    await waitFor(() => !asker.link.isConnected());
    expect(await ask()).toBe("log_unavailable");
    await Promise.all([asker.link.close(), answerer.link.close()]);
  }, 20_000);
});
