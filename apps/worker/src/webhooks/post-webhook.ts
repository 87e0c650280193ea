import { lookup as resolveName } from "node:dns/promises";
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";

/** A request to a receiver. */
export interface WebhookPost {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For the whole exchange. */
  readonly deadlineMs: number;
  /** Which addresses may be talked to. */
  readonly mayReach: (address: string) => boolean;
  readonly signal: AbortSignal;
}

/** What came of it: a status, or why there was none. */
export type PostResult =
  | { readonly status: number }
  | { readonly error: "address_forbidden" | "unreachable" | "too_slow" };

class AddressForbidden extends Error {}

/**
 * Posts a body to an address that a stranger chose. The name is resolved once, by us, and the connection goes to the
 * address that was checked: a name that changes its mind in between (DNS rebinding) gains nothing. Redirects are not
 * followed, the answer's body is not read, and what went wrong is told in one of our words, so that the log of
 * deliveries is no way to look around inside our network. Never rejects.
 */
export async function postWebhook(post: WebhookPost): Promise<PostResult> {
  const deadline = AbortSignal.timeout(post.deadlineMs);
  try {
    return { status: await exchange(post, AbortSignal.any([deadline, post.signal])) };
  } catch (error) {
    if (error instanceof AddressForbidden) return { error: "address_forbidden" };
    return { error: deadline.aborted ? "too_slow" : "unreachable" };
  }
}

async function exchange(post: WebhookPost, signal: AbortSignal): Promise<number> {
  const url = new URL(post.url);
  const address = await checkedAddress(url, post.mayReach, signal);
  const options: RequestOptions = {
    method: "POST",
    headers: { ...post.headers, "content-length": String(Buffer.byteLength(post.body)) },
    // The name stays in Host and in TLS; only where it leads is ours.
    lookup: (_name, { all }, answer) => {
      if (all) answer(null, [address]);
      else answer(null, address.address, address.family);
    },
    agent: false,
    signal,
  };
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const answered = Promise.withResolvers<IncomingMessage>();
  const outgoing = send(url, options, answered.resolve);
  outgoing.on("error", answered.reject);
  const giveUp = (): void => answered.reject(new Error("given up"));
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    outgoing.end(post.body);
    const { statusCode = 0 } = await answered.promise;
    return statusCode;
  } finally {
    signal.removeEventListener("abort", giveUp);
    outgoing.destroy();
  }
}

async function checkedAddress(url: URL, mayReach: (address: string) => boolean, signal: AbortSignal) {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const found =
    isIP(host) === 0
      ? await orAborted(resolveName(host, { all: true }), signal)
      : [{ address: host, family: isIP(host) }];
  const [first] = found;
  // All of them: one private address among public ones is a trick, not a mistake.
  if (first === undefined || !found.every(({ address }) => mayReach(address))) throw new AddressForbidden();
  return first;
}

async function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const giveUp = (): void => late.reject(new Error("given up"));
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
