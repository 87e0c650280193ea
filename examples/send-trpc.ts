import type { AppRouter } from "@barrage/api";
import { createMessageKey } from "@barrage/client";
import { createTRPCClient, httpBatchLink } from "@trpc/client";

const { API = "", ROOM = "", TOKEN = "" } = process.env;

const headers = { authorization: `Bearer ${TOKEN}`, "x-barrage-client": "example" };
const api = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${API}/trpc`, headers })] });
const sent = await api.messages.send.mutate({
  room: ROOM,
  text: process.argv[2] ?? "hello",
  key: createMessageKey(),
});
console.log(sent.cursor);
