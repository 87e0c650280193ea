/** Where to go after logging in: a path of this app, never an address that a link from elsewhere may have slipped in. */
export function safeNext(next: string | null): string {
  // `//host` and `/\host` are other sites to a browser.
  return next !== null && /^\/(?![/\\])/.test(next) ? next : "/";
}
