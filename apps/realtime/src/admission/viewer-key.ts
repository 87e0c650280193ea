import { createHmac } from "node:crypto";

interface Person {
  readonly userId: string | null;
  readonly address: string;
}

const digestChars = 22;

/**
 * What tells one viewer from another when different people are counted: the user, else the address. An address is
 * hashed with a secret that all nodes share, so that nobody who sees the key can find it by trying them all.
 */
export function createViewerKey({ secret }: { readonly secret: string }): (person: Person) => string {
  return ({ userId, address }) => {
    if (userId !== null) return `u${userId}`;
    const digest = createHmac("sha256", secret).update(`barrage-viewer.${address}`).digest("base64url");
    return `a${digest.slice(0, digestChars)}`;
  };
}
