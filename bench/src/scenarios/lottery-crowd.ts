import { createHash, randomBytes } from "node:crypto";
import { newId } from "@barrage/platform";
import { SQL } from "bun";

/** Somebody with an account and a log-in. */
export interface CrowdMember {
  readonly id: string;
  readonly token: string;
}

const rowsAtOnce = 5_000;

/**
 * Adds people and their log-ins behind the api's back: registering them would take an hour, since passwords are hashed
 * slowly on purpose.
 */
export async function addCrowd(databaseUrl: string, count: number): Promise<readonly CrowdMember[]> {
  await using sql = new SQL({ url: databaseUrl, max: 1 });
  const crowd = Array.from({ length: count }, () => ({
    id: newId(),
    token: randomBytes(32).toString("base64url"),
  }));
  for (let start = 0; start < crowd.length; start += rowsAtOnce) {
    const part = crowd.slice(start, start + rowsAtOnce);
    const users = part.map(({ id }, index) => ({
      id,
      name: `crowd_${start + index}`,
      password_hash: "none",
    }));
    const logins = part.map(({ id, token }) => ({
      id: createHash("sha256").update(token).digest("hex"),
      user_id: id,
      idle_expires_at: new Date(Date.now() + 14 * 86_400_000),
      expires_at: new Date(Date.now() + 90 * 86_400_000),
    }));
    await sql`insert into users ${sql(users)}`;
    await sql`insert into auth_sessions ${sql(logins)}`;
  }
  await sql`analyze users, auth_sessions`;
  return crowd;
}

/** The users in a lottery's pool, as Postgres has them. */
export async function poolUsers(databaseUrl: string, lotteryId: string): Promise<readonly string[]> {
  await using sql = new SQL({ url: databaseUrl, max: 1 });
  const rows: { user_id: string }[] = await sql`
    select user_id from lottery_entries where lottery_id = ${lotteryId} and withdrawn_at is null`;
  return rows.map((row) => row.user_id);
}
