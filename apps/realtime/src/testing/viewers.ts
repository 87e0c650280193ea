import { type OpenViewer, openSse, openWs } from "./open-viewer.ts";
import { Seen } from "./seen.ts";

/** A viewer of one room, over a real connection. */
export type TestViewer = OpenViewer<Seen>;

interface ViewOptions {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Everything, unless the test asks for what is shown of a crowd. */
function queryOf({ query = "" }: ViewOptions): string {
  return /\b(view|budget)=/.test(query) ? query : `view=all&${query}`;
}

/** Watches over SSE. @throws Error when it is refused. */
export function watchSse(url: string, room: string, options: ViewOptions = {}): Promise<TestViewer> {
  const address = `${url}/rooms/${room}/events?${queryOf(options)}`;
  return openSse({ address, seen: new Seen(), headers: options.headers });
}

/** Watches over WebSocket. */
export function watchWs(
  url: string,
  room: string,
  options: ViewOptions = {},
): Promise<TestViewer & { readonly socket: WebSocket }> {
  const address = `${url}/rooms/${room}/ws?${queryOf(options)}`;
  return openWs({ address, seen: new Seen(), headers: options.headers });
}

/** Watches by either. */
export const watchBy = { sse: watchSse, ws: watchWs } as const;
