import { join } from "node:path";
import { waitFor } from "@barrage/testkit";
import { createRoomWorld, type Person, type RoomWorld } from "./room-world.ts";
import { startTestApi, type TestApi } from "./start-test-api.ts";

/** How a command ended, and what it wrote. */
interface Ran {
  readonly code: number;
  readonly said: string;
  readonly complained: string;
}

/** What a test of `ops.*` begins with. Only those are administrators who were made one. */
export interface OpsWorld extends RoomWorld {
  readonly api: TestApi;
  /** Gives somebody the right, who has it when this resolves: log-ins are believed for some seconds. */
  makeAdministrator(person: Person): Promise<void>;
  /** Somebody new who has the right. */
  administrator(): Promise<Person>;
  /** Runs an operator's command (a file, from the repository's root) as a process of its own, over the same servers. */
  command(file: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
}

const root = join(import.meta.dir, "..", "..", "..", "..");

/** Starts an api with servers of its own. The test disposes of the world. */
export async function startOpsWorld(): Promise<OpsWorld> {
  await using starting = new AsyncDisposableStack();
  const api = starting.use(await startTestApi());
  const rooms = starting.use(await createRoomWorld(api));
  const owned = starting.move();

  async function makeAdministrator({ id, client }: Person): Promise<void> {
    await api.sql`update users set is_administrator = true where id = ${id}`;
    await waitFor(async () => (await client.users.me.query())?.isAdministrator === true, {
      deadlineMs: 20_000,
      what: "the right of an administrator",
    });
  }

  return {
    ...rooms,
    api,
    makeAdministrator,
    async administrator() {
      const person = await rooms.person();
      await makeAdministrator(person);
      return person;
    },
    command: (file, args, env) =>
      run([join(root, file), ...args], { DATABASE_URL: api.database.url, NATS_URL: api.nats.url, ...env }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const child = Bun.spawn([process.execPath, ...args], {
    env: { ...process.env, ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [code, said, complained] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code, said, complained };
}
