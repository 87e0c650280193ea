/** What `/livez` and `/readyz` answer. */
export interface Health {
  /** True while the program takes new work. */
  isReady(): boolean;
  setReady(ready: boolean): void;
  /** The answer to a health request; undefined for any other path. */
  respond(pathname: string): Response | undefined;
}

const headers = { "cache-control": "no-store" };

/** Not ready until told so. */
export function createHealth(): Health {
  let ready = false;
  return {
    isReady: () => ready,
    setReady(value) {
      ready = value;
    },
    respond(pathname) {
      if (pathname === "/livez") return new Response("ok", { headers });
      if (pathname !== "/readyz") return undefined;
      return ready ? new Response("ok", { headers }) : new Response("not ready", { status: 503, headers });
    },
  };
}
