import { isIP } from "node:net";

/**
 * The address that limits count by: an IPv4 address, or the /64 of an IPv6 address (one customer owns all of it).
 *
 * Trust: `X-Forwarded-For` is the caller's own text, except for what our proxies added at its end. With `n` trusted
 * proxies, the n-th entry from the right was written by the outermost of them; everything left of it may be forged
 * and is not looked at. With none, the header is ignored.
 */
export function clientAddressOf(request: {
  readonly socketAddress: string;
  readonly forwardedFor: string | null;
  readonly trustedProxies: number;
}): string {
  const { socketAddress, forwardedFor, trustedProxies } = request;
  if (trustedProxies <= 0 || forwardedFor === null) return addressGroup(socketAddress);
  const entry = forwardedFor.split(",").at(-trustedProxies)?.trim() ?? "";
  return addressGroup(isIP(entry) === 0 ? socketAddress : entry);
}

function addressGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (isIP(address) !== 6) return isIP(address) === 4 ? address : "unknown";
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  // A dotted IPv4 end counts as one group instead of two, which only moves what is cut off below.
  const zeros = Array<string>(Math.max(0, 8 - front.length - back.length)).fill("0");
  const filled = tail === undefined ? front : [...front, ...zeros, ...back];
  const prefix = filled.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${prefix.join(":")}::/64`;
}
