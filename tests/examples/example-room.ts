import { waitFor } from "@barrage/testkit";
import { z } from "zod";
import { type PlatformStack, startPlatformStack } from "../cluster/platform-stack.ts";

/** What the examples read from their environment. */
export interface ExampleRoom extends AsyncDisposable {
  readonly env: Readonly<Record<"API" | "REALTIME" | "ROOM", string>>;
  readonly account: { readonly name: string; readonly password: string };
}

const loginSchema = z.looseObject({ token: z.string() });
const roomSchema = z.looseObject({ id: z.string() });

/** A running platform with a live room; `more` are settings of its apps. */
export async function startExampleRoom(more: Readonly<Record<string, string>> = {}): Promise<ExampleRoom> {
  await using stack = new AsyncDisposableStack();
  const { api, realtime }: PlatformStack = stack.use(await startPlatformStack(more));
  const account = { name: "example_host", password: "a good password" };
  const post = async (path: string, body: object, token = ""): Promise<unknown> => {
    const response = await fetch(`${api.url}/api/v1${path}`, {
      method: "POST",
      headers: {
        "x-barrage-client": "test",
        "content-type": "application/json",
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify(body),
    });
    return response.json();
  };
  const { token } = loginSchema.parse(await post("/users", account));
  const { id } = roomSchema.parse(await post("/rooms", { title: "Examples" }, token));
  await post(`/rooms/${id}/start`, {}, token);
  // The node learns of rooms by events that the worker relays.
  await waitFor(async () => (await fetch(`${realtime.url}/rooms/${id}/ws`)).status === 400);
  const owned = stack.move();
  return {
    env: { API: api.url, REALTIME: realtime.url, ROOM: id },
    account,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
