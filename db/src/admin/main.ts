import { openDatabase } from "../database.ts";
import { listAdministrators, setAdministrator } from "../queries/users.ts";

const usage = `usage: bun run admin:grant NAME | admin:revoke NAME | admin:list   (with DATABASE_URL)

An administrator runs the platform: settings, nodes, users (ops.* in the api, /ops on the page).
A change is in force within seconds, without a new log-in.
`;

function fail(why: string): never {
  process.stderr.write(why);
  process.exit(64);
}

const [command, name, ...more] = process.argv.slice(2);
const url = process.env["DATABASE_URL"];
if (more.length > 0 || (command === "list") !== (name === undefined)) fail(usage);
if (command !== "list" && command !== "grant" && command !== "revoke") fail(usage);
if (!url) fail("DATABASE_URL is required; bun run dev writes its own into .data/dev.json, as postgres\n");

const database = openDatabase({ url, applicationName: "barrage-admin", poolMax: 1 });
try {
  if (name === undefined) {
    const administrators = await listAdministrators(database.orm);
    for (const user of administrators) process.stdout.write(`${user.name}\n`);
    if (administrators.length === 0) process.stderr.write("there is no administrator yet\n");
  } else {
    const user = await setAdministrator(database.orm, { name, isAdministrator: command === "grant" });
    if (user === undefined) {
      process.stderr.write(`there is no user ${JSON.stringify(name)}: register first\n`);
      process.exitCode = 1;
    } else {
      const state = user.isAdministrator ? "is an administrator" : "is no administrator any more";
      process.stdout.write(`${user.name} ${state}\n`);
    }
  }
} catch (error) {
  // Never the error itself: it may hold the address, and that a password.
  const cause = error instanceof Error ? error.cause : undefined;
  const code =
    cause instanceof Error && "code" in cause && typeof cause.code === "string" ? ` (${cause.code})` : "";
  process.stderr.write(`PostgreSQL could not be asked${code}\n`);
  process.exitCode = 1;
} finally {
  await database.close();
}
