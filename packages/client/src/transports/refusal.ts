import { type ErrorCode, errorBodySchema } from "@barrage/protocol";
import type { Failure } from "../feed/feed-item.ts";
import { parseJson } from "./decode.ts";

/** No answer in words is longer than this. */
const bodyBytesMax = 16_384;

/** The nearest code for an answer that is not Barrage's own (a proxy's, say) or names a code of a newer version. */
function codeOfStatus(status: number): ErrorCode {
  switch (status) {
    case 400:
      return "input_invalid";
    case 401:
      return "unauthenticated";
    case 403:
      return "forbidden";
    case 404:
    case 410:
      return "not_found";
    case 405:
      return "method_not_allowed";
    case 429:
      return "rate_limited";
    case 503:
      return "draining";
    default:
      return "internal";
  }
}

/** `Retry-After` (RFC 9110, 10.2.3: seconds or a date) in milliseconds from `nowMs`. */
export function retryAfterOf(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^[0-9]+$/.test(header.trim())) return Number(header) * 1000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

async function bodyText(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
    if (text.length > bodyBytesMax) {
      await reader.cancel();
      return "";
    }
  }
}

/** Reads an answer that is not a stream. Never fails for a strange body: then the status alone speaks. */
export async function refusalOf(response: Response, nowMs: number): Promise<Failure> {
  const { status, headers } = response;
  const header = retryAfterOf(headers.get("retry-after"), nowMs);
  const parsed = await bodyText(response)
    .then((text) => errorBodySchema.safeParse(parseJson(text)))
    .catch(() => undefined);
  const body = parsed?.success === true ? parsed.data : undefined;
  const retryAfterMs = body?.retryAfterMs ?? header;
  return {
    cause: "refused",
    status,
    code: body?.code ?? codeOfStatus(status),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
