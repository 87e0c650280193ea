import { isSessionToken } from "./session-token.ts";

/** How a browser keeps its log-in. */
export interface SessionCookie {
  /** The `Set-Cookie` value that stores a token. */
  store(token: string): string;
  /** The `Set-Cookie` value that removes it. */
  clear(): string;
  /** The token in a `Cookie` header; undefined when there is none that could be one. */
  read(header: string | null): string | undefined;
}

/**
 * The cookie: out of reach of scripts, not sent along by other sites. Over https it is `__Host-barrage`, which a
 * browser takes only with Secure, for the whole host and from the host itself, so that no neighbouring host can plant
 * one. Plain http (development) allows none of that, hence another name.
 */
export function createSessionCookie(options: {
  readonly secure: boolean;
  readonly maxAgeMs: number;
}): SessionCookie {
  const name = options.secure ? "__Host-barrage" : "barrage_session";
  const attributes = `Path=/; HttpOnly; SameSite=Lax${options.secure ? "; Secure" : ""}`;
  const pattern = new RegExp(`(?:^|;)\\s*${name}=([^;\\s]*)`);
  return {
    store: (token) => `${name}=${token}; Max-Age=${Math.floor(options.maxAgeMs / 1_000)}; ${attributes}`,
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
    read(header) {
      const value = pattern.exec(header ?? "")?.[1] ?? "";
      return isSessionToken(value) ? value : undefined;
    },
  };
}
