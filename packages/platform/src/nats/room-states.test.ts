import { describe, expect, test } from "bun:test";
import { startTestNats, waitFor } from "@barrage/testkit";
import { newId } from "../ids/new-id.ts";
import { createLogger } from "../log/create-logger.ts";
import { connectNats } from "./connect-nats.ts";
import { createRoomStates, type RoomState } from "./room-states.ts";

const logger = createLogger({ name: "test", level: "silent" });

describe("room states", () => {
  test("every process reads what one wrote last; a deleted, unknown or impossible room is null", async () => {
    await using nats = await startTestNats();
    const links = await Promise.all(
      Array.from({ length: 3 }, () => connectNats({ url: nats.url, name: "test", logger })),
    );
    const [writer, reader] = await Promise.all(links.map((link) => createRoomStates({ link, logger })));
    if (writer === undefined || reader === undefined) throw new Error("not opened");
    const room = newId();
    const state: RoomState = { visibility: "private", status: "live", sessionId: newId(), hostId: newId() };
    await writer.put(room, state);
    expect(await reader.get(room)).toEqual(state);
    await writer.put(room, { ...state, status: "idle", sessionId: null });
    expect(await reader.get(room)).toEqual({ ...state, status: "idle", sessionId: null });
    await writer.delete(room);
    expect(await reader.get(room)).toBeNull();
    expect(await reader.get(newId())).toBeNull();
    for (const id of ["*", ">", "a.b", "", "../x"]) expect(await reader.get(id)).toBeNull();
    await Promise.all(links.map((link) => link.close()));
  });

  test("outlive a crash of the server, and a bucket that is lost is made again", async () => {
    await using nats = await startTestNats();
    const link = await connectNats({ url: nats.url, name: "test", logger });
    const states = await createRoomStates({ link, logger });
    const room = newId();
    const state: RoomState = { visibility: "public", status: "idle", sessionId: null, hostId: newId() };
    await states.put(room, state);
    await nats.kill();
    await waitFor(() => !link.isConnected());
    expect(states.get(room)).rejects.toMatchObject({ code: "log_unavailable" });
    await nats.start();
    expect(await waitFor(() => states.get(room))).toEqual(state);
    await (await link.connection.jetstreamManager()).streams.delete("KV_room-state");
    await states.put(room, state);
    expect(await states.get(room)).toEqual(state);
    await link.close();
  }, 20_000);
});
