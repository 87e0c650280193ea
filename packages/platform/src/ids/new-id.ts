const idLength = 25;

/**
 * A new id: a UUIDv7 (RFC 9562) as 25 characters of base 36. Ids sort by their time as text, and fit every place that
 * an id goes (`idPattern` of the protocol).
 */
export function newId(): string {
  return BigInt(`0x${Bun.randomUUIDv7("hex").replaceAll("-", "")}`)
    .toString(36)
    .padStart(idLength, "0");
}
