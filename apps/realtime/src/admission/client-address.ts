interface AddressOptions {
  readonly trustProxy: boolean;
  /** The other end of the connection. */
  readonly peerOf: (request: Request) => string | undefined;
}

const unknownAddress = "unknown";

/**
 * Where a request comes from. Of `X-Forwarded-For` only the last entry counts: our own proxy wrote it, while all
 * before it may have been made up by the client.
 */
export function clientAddress(request: Request, { trustProxy, peerOf }: AddressOptions): string {
  const forwarded = trustProxy
    ? request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim()
    : undefined;
  return forwarded || peerOf(request) || unknownAddress;
}
