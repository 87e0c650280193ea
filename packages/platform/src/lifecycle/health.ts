/** What `/livez` and `/readyz` answer. */
export interface Health {
  /** True while the program takes new work. */
  isReady(): boolean;
  setReady(ready: boolean): void;
  /** Calls back whenever it is told whether it is ready. @returns a function that ends it. */
  onReady(listener: (ready: boolean) => void): () => void;
  /** Not ready from now on whenever `isThere` says no; `what` is named in the answer. */
  require(what: string, isThere: () => boolean): void;
  /** The answer to a health request; undefined for any other path. */
  respond(pathname: string): Response | undefined;
}

const headers = { "cache-control": "no-store" };

/** Not ready until told so. */
export function createHealth(): Health {
  let ready = false;
  const listeners = new Set<(ready: boolean) => void>();
  const needs: { readonly what: string; readonly isThere: () => boolean }[] = [];
  return {
    isReady: () => ready,
    setReady(value) {
      ready = value;
      for (const listener of listeners) listener(value);
    },
    onReady(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    require(what, isThere) {
      needs.push({ what, isThere });
    },
    respond(pathname) {
      if (pathname === "/livez") return new Response("ok", { headers });
      if (pathname !== "/readyz") return undefined;
      const missing = needs.filter(({ isThere }) => !isThere()).map(({ what }) => what);
      if (!ready) missing.unshift("the start or the end");
      if (missing.length === 0) return new Response("ok", { headers });
      return new Response(`not ready: ${missing.join(", ")}`, { status: 503, headers });
    },
  };
}
