const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const length = 48;
/** The largest multiple of 62 that a byte can hold: bytes from here on would favour the alphabet's beginning. */
const byteEnd = 256 - (256 % alphabet.length);

/**
 * A new stream key: 48 characters of 0-9, A-Z and a-z, each equally likely (rejection sampling), some 286 bits.
 * `randomBytes` must come from the operating system.
 */
export function newStreamKey(randomBytes: (count: number) => Uint8Array): string {
  let key = "";
  while (key.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < byteEnd && key.length < length) key += alphabet.charAt(byte % alphabet.length);
    }
  }
  return key;
}
