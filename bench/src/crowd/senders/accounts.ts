import { createMessageKey } from "@barrage/client";
import type { Account, AccountFile } from "./account-file.ts";
import { type ApiClient, createApiClient, errorBodyOf } from "./api-client.ts";

/** Somebody who may send. */
export interface Sender {
  readonly account: Account;
  readonly client: ApiClient;
}

interface SendersOptions {
  readonly api: string;
  readonly count: number;
  readonly file: AccountFile;
  readonly onProgress: (ready: number, note: string) => void;
}

/** Calls under way at once; passwords are hashed on purpose slowly. */
const callsAtOnce = 4;
/** A limit that asks for longer than this is not waited for. */
const patienceMs = 30_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The api's limit leaves too few accounts for this crowd. */
export class TooFewSendersError extends Error {
  override readonly name = "TooFewSendersError";
}

/** Repeats a call for as long as the api only says that it is too early. */
async function patiently<T>(call: () => Promise<T>, onWait: (waitMs: number) => void): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const body = errorBodyOf(error);
      if (body?.code !== "rate_limited" || (body.retryAfterMs ?? 0) > patienceMs) throw error;
      onWait(body.retryAfterMs ?? 1_000);
      await pause(body.retryAfterMs ?? 1_000);
    }
  }
}

async function register(api: string, onWait: (waitMs: number) => void): Promise<Account> {
  const name = `crowd_${createMessageKey().slice(0, 12)}`;
  const password = createMessageKey();
  const answer = await patiently(
    () => createApiClient(api).users.register.mutate({ name, password }),
    onWait,
  );
  if (answer.token === null) throw new Error("the api registered an account and gave no token");
  return { name, password, token: answer.token };
}

/** An account of an earlier crowd, logged in anew where its token has run out; undefined when the api knows it no more. */
async function revive(
  api: string,
  account: Account,
  onWait: (waitMs: number) => void,
): Promise<Account | undefined> {
  if ((await createApiClient(api, account.token).users.me.query()) !== null) return account;
  const { name, password } = account;
  try {
    const { token } = await patiently(
      () => createApiClient(api).users.login.mutate({ name, password }),
      onWait,
    );
    return token === null ? undefined : { ...account, token };
  } catch (error) {
    if (errorBodyOf(error)?.code === "credentials_invalid") return undefined;
    throw error;
  }
}

/**
 * Gets `count` senders: those of earlier crowds first, then new ones. What was made is kept even when it is too little.
 * @throws TooFewSendersError when the api's limits don't let that many be had soon.
 */
export async function prepareSenders({
  api,
  count,
  file,
  onProgress,
}: SendersOptions): Promise<readonly Sender[]> {
  const known = file.read(api);
  const queue = known.slice(0, count);
  const spare = known.slice(count);
  const ready: Account[] = [];
  let failure: unknown;
  const onWait = (waitMs: number) =>
    onProgress(ready.length, `the api asks to wait ${Math.ceil(waitMs / 1000)} s`);

  async function worker() {
    let open = true;
    while (open && failure === undefined && ready.length < count) {
      const old = queue.shift();
      try {
        const account = old === undefined ? await register(api, onWait) : await revive(api, old, onWait);
        if (account !== undefined) ready.push(account);
        onProgress(ready.length, "");
      } catch (error) {
        failure ??= error;
        open = false;
      }
    }
  }
  await Promise.all(Array.from({ length: callsAtOnce }, worker));
  file.write(api, [...ready, ...queue, ...spare]);
  if (ready.length < count) throw tooFew(ready.length, count, failure);
  return ready.slice(0, count).map((account) => ({ account, client: createApiClient(api, account.token) }));
}

function tooFew(ready: number, count: number, failure: unknown): Error {
  const body = errorBodyOf(failure);
  if (body?.code !== "rate_limited") return failure instanceof Error ? failure : new Error(String(failure));
  const waitS = Math.ceil((body.retryAfterMs ?? 0) / 1000);
  return new TooFewSendersError(
    `only ${ready} of ${count} senders can be had: the api limits registrations per address (next one in ${waitS} s). ` +
      `Ask for --rate ${ready} at most, or start the api with a higher REGISTERS_PER_HOUR.`,
  );
}
