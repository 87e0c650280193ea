import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Orm } from "../database.ts";
import { rooms, watchTimes } from "../schema/index.ts";

/** A later heartbeat than this begins anew: the time in between was not watched, or nobody knows. */
const beatGapMs = 45_000;

const creditedSchema = z.array(z.object({ watchedMs: z.number() }));

/**
 * Credits the time since a user's last heartbeat in a live room. Time passes by Postgres' clock, so heartbeats can be
 * sent as fast, and in as many tabs, as one likes: a minute takes a minute, and each account has to wait it out.
 * @returns what was watched of the running session in all, in milliseconds; undefined: the room is not live
 */
export async function creditWatchTime(
  orm: Orm,
  { roomId, userId }: { readonly roomId: string; readonly userId: string },
): Promise<number | undefined> {
  const found = await orm.execute(sql`
    insert into ${watchTimes} as w (session_id, user_id, heard_at)
    select live_session_id, ${userId}, clock_timestamp() from ${rooms}
    where id = ${roomId} and live_session_id is not null
    on conflict (session_id, user_id) do update set
      heard_at = excluded.heard_at,
      watched_ms = w.watched_ms + case
        when excluded.heard_at - w.heard_at between interval '0' and ${beatGapMs} * interval '1 millisecond'
        then (extract(epoch from excluded.heard_at - w.heard_at) * 1000)::integer
        else 0 end
    returning watched_ms as "watchedMs"`);
  return creditedSchema.parse([...found])[0]?.watchedMs;
}
