import type { AnyTRPCRouter } from "@trpc/server";
import { z } from "zod";
import { type RestRoute, restRouteOf } from "./rest-routes.ts";

/** The part of a field's JSON Schema that reading text into it needs. */
export interface FieldSchema {
  readonly type?: unknown;
}

/** One procedure as a REST operation. */
export interface Operation extends RestRoute {
  /** `rooms.get`: the procedure's path, and the operation's id. */
  readonly id: string;
  readonly type: "query" | "mutation";
  /** Whether a log-in is needed. */
  readonly loggedIn: boolean;
  /** JSON Schemas of the input's fields. */
  readonly fields: Readonly<Record<string, FieldSchema>>;
  readonly required: ReadonlySet<string>;
  /** The fields that stand in the path. */
  readonly pathFields: readonly string[];
}

const metaSchema = z.object({ loggedIn: z.boolean() }).partial();
const objectSchema = z.object({
  properties: z.record(z.string(), z.looseObject({ type: z.unknown().optional() })).default({}),
  required: z.array(z.string()).default([]),
});

/** All queries and mutations of a router. Nothing is left out, so nothing can be forgotten. */
export function operationsOf(router: AnyTRPCRouter): readonly Operation[] {
  return Object.entries(router._def.procedures).flatMap(([id, procedure]): Operation[] => {
    const { type, meta, inputs } = definitionSchema.parse(procedure);
    if (type === "subscription") return [];
    const route = restRouteOf({ path: id, type });
    const { properties, required } = inputSchema(id, inputs);
    const pathFields = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
    return [
      {
        ...route,
        id,
        type,
        loggedIn: metaSchema.parse(meta ?? {}).loggedIn ?? false,
        fields: properties,
        required: new Set(required),
        pathFields,
      },
    ];
  });
}

// tRPC tells this to its own adapters; its public types leave it out, so it is checked at the start instead.
const definitionSchema = z
  .custom<{ readonly _def: unknown }>((value) => typeof value === "function" && "_def" in value)
  .transform(({ _def }) => _def)
  .pipe(
    z.object({
      type: z.enum(["query", "mutation", "subscription"]),
      meta: z.unknown(),
      inputs: z.array(z.instanceof(z.ZodType)),
    }),
  );

function inputSchema(id: string, inputs: readonly z.ZodType[]) {
  const [input, ...more] = inputs;
  if (more.length > 0) throw new Error(`${id} has several inputs: the document knows one`);
  if (input === undefined) return objectSchema.parse({});
  return objectSchema.parse(z.toJSONSchema(input, { io: "input", unrepresentable: "any" }));
}
