import type { ErrorCode, UserRef } from "@barrage/protocol";
import type { Answered } from "./create-answer-counter.ts";

/** The logged-in user of a request. */
export interface CurrentUser extends UserRef {
  readonly createdAtMs: number;
  /** May run the platform: as old as the log-in's answer in memory, some seconds. */
  readonly isAdministrator: boolean;
}

/** Who is calling, and by which log-in. */
export interface Identity {
  readonly user: CurrentUser;
  /** The stored (hashed) id of the log-in, never its token. */
  readonly sessionId: string;
}

/** What every procedure of one HTTP request shares. Services come from the routers' own dependencies, not from here. */
export interface RequestContext {
  readonly requestId: string;
  /** The caller's address by the trusted proxies' word; for limits and logs. */
  readonly clientAddress: string;
  readonly userAgent: string | null;
  /** The caller's W3C trace context, as it came. */
  readonly traceparent: string | undefined;
  /** Why this request can't be trusted to come from our own pages; null when nothing speaks against it. */
  readonly forgery: {
    /** Speaks against every procedure. */
    readonly any: ErrorCode | null;
    /** Speaks against mutations. */
    readonly mutation: ErrorCode | null;
  };
  /** Who is calling: asked once per request, whatever the size of the batch. Null for an anonymous caller. */
  identify(): Promise<Identity | null>;
  /** Told of each procedure that was answered. */
  onAnswered(answered: Answered): void;
  /** Adds a `Set-Cookie` header to the answer. */
  setCookie(cookie: string): void;
}
