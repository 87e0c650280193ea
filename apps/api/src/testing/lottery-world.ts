import { expect } from "bun:test";
import { errorTable } from "@barrage/protocol";
import { failureOf } from "./api-client.ts";
import { createRoomWorld, type Person, type RoomWorld } from "./room-world.ts";
import { startTestApi, type TestApi } from "./start-test-api.ts";

/** The simplest lottery that a host can fill in. */
export const lotteryForm = {
  title: "A star for you",
  prizes: [{ name: "Star", count: 1 }],
  closesInMs: null,
};

/** What a test of lotteries begins with. */
export interface LotteryWorld extends AsyncDisposable {
  readonly api: TestApi;
  readonly world: RoomWorld;
  /** A host with a live room. */
  hostWithRoom(): Promise<{ readonly host: Person; readonly room: string }>;
  /** A lottery in a live room of its own; `more` overrides the simplest form. */
  open(more?: object): Promise<{ readonly host: Person; readonly room: string; readonly id: string }>;
  /** Moves a lottery in time, as if it had been created then. */
  shift(id: string, times: { readonly opensInMs?: number; readonly closesInMs?: number }): Promise<void>;
  rowsOf(id: string): Promise<{ user_id: string; withdrawn: boolean }[]>;
}

/** Starts servers and the api; no worker, so that nothing happens by itself. */
export async function startLotteryWorld(): Promise<LotteryWorld> {
  const api = await startTestApi();
  const world = await createRoomWorld(api);
  async function hostWithRoom() {
    const host = await world.person();
    return { host, room: await world.room(host) };
  }
  return {
    api,
    world,
    hostWithRoom,
    async open(more = {}) {
      const { host, room } = await hostWithRoom();
      const { id } = await host.client.lottery.create.mutate({ room, ...lotteryForm, ...more });
      return { host, room, id };
    },
    async shift(id, { opensInMs, closesInMs }) {
      const at = (ms: number) => new Date(Date.now() + ms);
      if (opensInMs !== undefined) {
        await api.sql`update lotteries set opens_at = ${at(opensInMs)} where id = ${id}`;
      }
      if (closesInMs !== undefined) {
        await api.sql`update lotteries set closes_at = ${at(closesInMs)} where id = ${id}`;
      }
    },
    rowsOf: (id) => api.sql`
      select user_id, withdrawn_at is not null as withdrawn from lottery_entries where lottery_id = ${id}`,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
    },
  };
}

/** Why a call was refused, after a look that it was in the code's own sentence. */
export async function refusal(call: Promise<unknown>) {
  const { code, message, status, issues } = await failureOf(call);
  expect(message).toBe(errorTable[code].message);
  return { code, status, ...(issues === undefined ? {} : { issues }) };
}
