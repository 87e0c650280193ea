import { AppError } from "@barrage/protocol";
import { callTRPCProcedure } from "@trpc/server";
import { errorResponse } from "../http/error-response.ts";
import { createContext, type Incoming, type TrpcEndpointDeps } from "../http/trpc-endpoint.ts";
import { appErrorOf } from "../trpc/error-shape.ts";
import { restPath } from "./openapi-document.ts";
import type { Operation } from "./operations.ts";
import { readInput } from "./read-input.ts";

export interface RestEndpointDeps extends TrpcEndpointDeps {
  readonly operations: readonly Operation[];
}

interface Route {
  readonly operation: Operation;
  readonly parts: readonly string[];
}

/**
 * Answers everything below {@link restPath} with the procedures of the router, so that log-in, limits, forgery checks
 * and deadlines are the same as by tRPC; never rejects.
 */
export function createRestEndpoint(deps: RestEndpointDeps): (incoming: Incoming) => Promise<Response> {
  // A fixed word before a placeholder: `/users/me` is not the user named "me".
  const routes = deps.operations
    .map((operation): Route => ({ operation, parts: operation.path.split("/") }))
    .toSorted((a, b) => a.operation.pathFields.length - b.operation.pathFields.length);
  return async (incoming) => {
    let id = "";
    try {
      const { operation, pathValues } = findRoute(routes, incoming.request);
      ({ id } = operation);
      return await call(deps, operation, { ...incoming, pathValues });
    } catch (error) {
      const fault = appErrorOf(error);
      if (fault.status >= 500) deps.onFault({ requestId: incoming.requestId, path: id, error: fault });
      return errorResponse(fault);
    }
  };
}

async function call(
  deps: RestEndpointDeps,
  operation: Operation,
  incoming: Incoming & { readonly pathValues: readonly string[] },
): Promise<Response> {
  const input = await readInput(operation, incoming, deps.bodyBytesMax);
  const cookies: string[] = [];
  const result: unknown = await callTRPCProcedure({
    router: deps.router,
    path: operation.id,
    type: operation.type,
    getRawInput: () => Promise.resolve(input),
    ctx: createContext(deps, incoming, cookies),
    signal: incoming.request.signal,
    batchIndex: 0,
  });
  const response = Response.json(result ?? null);
  for (const cookie of cookies) response.headers.append("set-cookie", cookie);
  return response;
}

/** @throws AppError `not_found`; `method_not_allowed` where another method would do */
function findRoute(routes: readonly Route[], { url, method }: Request) {
  const given = new URL(url).pathname.slice(restPath.length).split("/");
  const here = routes.filter(({ parts }) => fits(parts, given));
  const route = here.find(({ operation }) => operation.method === method);
  if (route === undefined) throw new AppError(here.length === 0 ? "not_found" : "method_not_allowed");
  const values = route.parts.flatMap((part, index) => (isField(part) ? decoded(given[index] ?? "") : []));
  return { operation: route.operation, pathValues: values };
}

const isField = (part: string): boolean => part.startsWith("{");

function fits(parts: readonly string[], given: readonly string[]): boolean {
  if (parts.length !== given.length) return false;
  return parts.every((part, index) => (isField(part) ? given[index] !== "" : part === given[index]));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AppError("input_invalid", { issues: [{ path: "", message: "the path is not valid UTF-8" }] });
  }
}
