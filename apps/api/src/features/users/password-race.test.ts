import { afterAll, beforeAll, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { type Database, openDatabase } from "@barrage/db";
import { newId } from "@barrage/platform";
import { createTestDatabase, type TestDatabase, waitFor } from "@barrage/testkit";
import { SQL } from "bun";
import { type AuthSessions, createAuthSessions } from "../../auth/auth-sessions.ts";
import { createPasswordHasher, type PasswordHasher } from "../../auth/password-hasher.ts";
import { type AccountServiceDeps, createAccountService } from "./account-service.ts";

const origin = { clientAddress: "192.0.2.1", userAgent: null };
const [oldPassword, newPassword] = ["correct horse battery", "a completely new one"];

let testDatabase: TestDatabase;
let database: Database;
let passwords: PasswordHasher;
let sessions: AuthSessions;
let counter = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, applicationName: "password-race.test" });
  passwords = await createPasswordHasher({ concurrentMax: 2, waitingMax: 10 });
  sessions = createAuthSessions({
    database,
    lifetimes: { idleMs: 3_600_000, absoluteMs: 3_600_000, touchEveryMs: 60_000 },
    randomBytes,
    publishRevoked: () => {},
    times: { freshMs: 0, staleMs: 0, askDeadlineMs: 5_000 },
  });
}, 60_000);
afterAll(async () => {
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

function accounts(parts: Partial<AccountServiceDeps> = {}) {
  const limits = { take: async () => {} };
  return createAccountService({
    database,
    passwords,
    sessions,
    limits,
    newId,
    requireFeature: () => {},
    ...parts,
  });
}

/** A user who is logged in, and their changing of the password. */
async function registered() {
  const name = `Racer_${++counter}`;
  const { user, token } = await accounts().register({ name, password: oldPassword }, origin);
  const identity = await sessions.identify(token);
  if (identity === null) throw new Error("nobody was logged in");
  return {
    user,
    old: { name, password: oldPassword },
    sessionId: identity.sessionId,
    change: () => accounts().changePassword(identity, { oldPassword, newPassword }),
  };
}

const openLogins = async (userId: string) => (await sessions.list(userId)).map(({ id }) => id);

test("a log-in whose password is changed after it was compared is not opened", async () => {
  const { user, old, sessionId, change } = await registered();
  const [compared, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow: PasswordHasher = {
    ...passwords,
    async verify(password, hash) {
      const fits = await passwords.verify(password, hash);
      compared.resolve();
      await goOn.promise;
      return fits;
    },
  };
  const login = accounts({ passwords: slow }).login(old, origin);
  await compared.promise;
  await change();
  goOn.resolve();
  await expect(login).rejects.toMatchObject({ code: "credentials_invalid" });
  expect(await openLogins(user.id)).toEqual([sessionId]);
});

test("a password changed while a log-in is being written waits for it, and ends it with the others", async () => {
  const { user, old, sessionId, change } = await registered();
  const [written, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow: AuthSessions = {
    ...sessions,
    async open(orm, login) {
      const opened = await sessions.open(orm, login);
      written.resolve();
      await goOn.promise;
      return opened;
    },
  };
  const login = accounts({ sessions: slow }).login(old, origin);
  await written.promise;
  const changing = change();
  await using sql = new SQL({ url: testDatabase.url, max: 1 });
  await waitFor(async () => {
    const waiting = await sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return waiting.length > 0;
  });
  goOn.resolve();
  const { token } = await login;
  await changing;
  expect(await openLogins(user.id)).toEqual([sessionId]);
  expect(await sessions.identify(token)).toBeNull();
});
