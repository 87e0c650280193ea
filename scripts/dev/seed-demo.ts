import type { AppRouter } from "@barrage/api";
import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";
import { demoAccounts } from "./demo-accounts.ts";

export interface SeedDemoOptions {
  readonly apiUrl: string;
  /** The page's origin, which the api must allow. */
  readonly webUrl: string;
  /** Where the demo's administrator is made one; null makes none. */
  readonly databaseUrl: string | null;
}

const callDeadlineMs = 15_000;

/**
 * Makes the demo through the public api, as any client would: a host with a live room, a viewer, and an account that
 * the operator's way makes an administrator. What is there already stays as it is, so that it may run at every start.
 */
export async function seedDemo({
  apiUrl,
  webUrl,
  databaseUrl,
}: SeedDemoOptions): Promise<{ roomId: string }> {
  const { host, viewer, administrator, password, roomTitle } = demoAccounts;
  const url = `${apiUrl}/trpc`;
  const anonymous = client({ url, webUrl, token: null });
  const [hostToken] = await Promise.all([
    registerOrLogin(anonymous, { name: host, password }),
    registerOrLogin(anonymous, { name: viewer, password }),
    ...(databaseUrl === null ? [] : [registerOrLogin(anonymous, { name: administrator, password })]),
  ]);
  if (databaseUrl !== null) await grant(databaseUrl, administrator);
  const asHost = client({ url, webUrl, token: hostToken });
  const mine = await asHost.rooms.mine.query();
  const room =
    mine.find((candidate) => candidate.title === roomTitle) ??
    (await asHost.rooms.create.mutate({ title: roomTitle, visibility: "public" }));
  // Another room of the host may be live already; a visitor of the demo finds that one instead.
  const live = mine.find((candidate) => candidate.status === "live");
  if (live === undefined) await asHost.rooms.start.mutate({ id: room.id });
  return { roomId: live?.id ?? room.id };
}

async function grant(databaseUrl: string, name: string): Promise<void> {
  // Not at the top: the dependencies may not be installed when this file is read.
  const { openDatabase, setAdministrator } = await import("@barrage/db");
  const database = openDatabase({ url: databaseUrl, applicationName: "barrage-dev", poolMax: 1 });
  try {
    await setAdministrator(database.orm, { name, isAdministrator: true });
  } finally {
    await database.close();
  }
}

interface ClientOptions {
  readonly url: string;
  readonly webUrl: string;
  readonly token: string | null;
}

function client({ url, webUrl, token }: ClientOptions) {
  const headers = {
    origin: webUrl,
    "x-barrage-client": "dev",
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url,
        headers,
        fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(callDeadlineMs) }),
      }),
    ],
  });
}

interface Credentials {
  readonly name: string;
  readonly password: string;
}

async function registerOrLogin(api: ReturnType<typeof client>, credentials: Credentials): Promise<string> {
  const answer = await api.users.register.mutate(credentials).catch((error: unknown) => {
    if (error instanceof TRPCClientError && error.data?.code === "CONFLICT")
      return api.users.login.mutate(credentials);
    throw error;
  });
  if (answer.token === null) throw new Error(`the api gave ${credentials.name} no token`);
  return answer.token;
}
