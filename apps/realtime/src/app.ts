import { type Health, metricsResponse } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { Elysia } from "elysia";
import { errorResponse } from "./admission/error-response.ts";
import { type OpenStreamDeps, openSse, openWs } from "./admission/open-stream.ts";
import { preflightHeaders } from "./admission/origin-policy.ts";
import type { RoomsStreams } from "./multiplex/rooms-streams.ts";
import type { Replays } from "./replay/open-replay.ts";

interface AppDeps {
  readonly streams: OpenStreamDeps;
  readonly rooms: RoomsStreams;
  readonly replays: Replays;
  readonly health: Health;
  readonly isLogReachable: () => boolean;
  readonly renderMetrics: () => Promise<string>;
  /** Told of every error that is answered. */
  readonly onRefused: (error: unknown) => void;
  readonly random: () => number;
}

const noStore = { "cache-control": "no-store" };

/** The node's routes. Streams are answered with a `Response` of our own making: Elysia routes, and nothing more. */
export function createApp({
  streams,
  rooms,
  replays,
  health,
  isLogReachable,
  renderMetrics,
  onRefused,
  random,
}: AppDeps) {
  const { origins } = streams;

  function refuse(request: Request, error: unknown): Response {
    onRefused(error);
    return errorResponse(error, origins.headers(request), { random });
  }

  function preflight(request: Request): Response {
    origins.check(request);
    return new Response(null, {
      status: 204,
      headers: { ...origins.headers(request), ...preflightHeaders() },
    });
  }

  function readiness(): Response | undefined {
    if (isLogReachable()) return health.respond("/readyz");
    return new Response("NATS can't be reached", { status: 503, headers: noStore });
  }

  return new Elysia()
    .onError(({ code, error, request }) =>
      refuse(request, code === "NOT_FOUND" ? new AppError("not_found") : error),
    )
    .get("/rooms/:id/events", ({ request, params }) => openSse(streams, request, params.id))
    .options("/rooms/:id/events", ({ request }) => preflight(request))
    .get("/rooms/:id/ws", ({ request, params }) => openWs(streams, request, params.id))
    .get("/events", ({ request }) => rooms.openSse(request))
    .options("/events", ({ request }) => preflight(request))
    .get("/events/ws", ({ request }) => rooms.openWs(request))
    .get("/rooms/:id/replay", ({ request, params }) => replays.openSse(request, params.id))
    .options("/rooms/:id/replay", ({ request }) => preflight(request))
    .get("/rooms/:id/replay/ws", ({ request, params }) => replays.openWs(request, params.id))
    .get("/livez", () => health.respond("/livez"))
    .get("/readyz", readiness)
    .get("/metrics", async () => metricsResponse(await renderMetrics()));
}
