import { errorCodes, errorTable } from "@barrage/protocol";
import { z } from "zod";
import { clientHeader } from "../http/forgery.ts";
import type { Operation } from "./operations.ts";

/** Where REST operations live below the api's address. */
export const restPath = "/api/v1";

const description = `Everything that can be asked of Barrage and done with it. The same procedures are served by tRPC at \`/trpc\`.

* Log in with \`POST /sessions\` and send the token as \`Authorization: Bearer …\`.
* Everything but GET needs the header \`${clientHeader}\` with any value: a page of another site can't send it.
* An error is always the same object, \`{code, message, retryAfterMs?, issues?}\`; the codes are stable.
* Events come from the realtime nodes, over SSE or WebSocket: [the event stream](/asyncapi.json).`;

/** The OpenAPI 3.1 document of the operations. Its schemas are JSON Schema 2020-12, as zod writes them. */
export function openApiDocument(operations: readonly Operation[]) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const item = (paths[`${restPath}${operation.path}`] ??= {});
    item[operation.method.toLowerCase()] = operationObject(operation);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Barrage", version: "1", description, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    tags: [...new Set(operations.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "The token of a log-in" },
        cookie: { type: "apiKey", in: "cookie", name: "__Host-barrage", description: "For our own pages" },
      },
      schemas: { Error: errorSchema() },
      responses: {
        Error: {
          description: "It was not done. What each code means and what to do: docs/errors.md.",
          headers: { "Retry-After": { description: "Whole seconds", schema: { type: "integer" } } },
          content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
        },
      },
    },
  };
}

function errorSchema() {
  return {
    type: "object",
    required: ["code", "message"],
    properties: {
      code: {
        type: "string",
        enum: errorCodes,
        description: errorCodes.map((code) => `\`${code}\` (${errorTable[code].status})`).join(", "),
      },
      message: { type: "string", description: "For people; may change" },
      retryAfterMs: { type: "integer", minimum: 0 },
      issues: {
        type: "array",
        items: {
          type: "object",
          required: ["path", "message"],
          properties: { path: { type: "string" }, message: { type: "string" } },
        },
      },
    },
  };
}

const tagOf = ({ id }: Operation): string => id.split(".")[0] ?? id;

function operationObject(operation: Operation) {
  const { id, summary, loggedIn, type } = operation;
  const body = bodyOf(operation);
  return {
    operationId: id,
    summary,
    tags: [tagOf(operation)],
    security: loggedIn ? [{ token: [] }, { cookie: [] }] : [{}, { token: [] }, { cookie: [] }],
    parameters: [...parametersOf(operation), ...(type === "mutation" ? [clientParameter] : [])],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      "200": {
        description: "Done",
        content: { "application/json": { schema: plain(z.toJSONSchema(operation.answer)) } },
      },
      default: { $ref: "#/components/responses/Error" },
    },
  };
}

const clientParameter = {
  name: clientHeader,
  in: "header",
  required: true,
  description: "Any text, such as your program's name",
  schema: { type: "string", minLength: 1 },
};

/** Whether fields outside the path travel in a body. */
export function hasBody({ method }: Pick<Operation, "method">): boolean {
  return method !== "GET" && method !== "DELETE";
}

function parametersOf(operation: Operation) {
  const { fields, pathFields, required } = operation;
  return Object.entries(fields).flatMap(([name, schema]) => {
    const inPath = pathFields.includes(name);
    if (!inPath && hasBody(operation)) return [];
    return [
      { name, in: inPath ? "path" : "query", required: inPath || required.has(name), schema: plain(schema) },
    ];
  });
}

function bodyOf(operation: Operation) {
  const { pathFields, required } = operation;
  const fields = Object.entries(operation.fields).filter(([name]) => !pathFields.includes(name));
  if (!hasBody(operation) || fields.length === 0) return undefined;
  const needed = fields.map(([name]) => name).filter((name) => required.has(name));
  const schema = {
    type: "object",
    properties: Object.fromEntries(fields.map(([name, field]) => [name, plain(field)])),
    ...(needed.length === 0 ? {} : { required: needed }),
  };
  return { required: needed.length > 0, content: { "application/json": { schema } } };
}

/** Without the dialect's name: OpenAPI 3.1 says it once for the whole document. */
function plain(schema: object): object {
  return Object.fromEntries(
    Object.entries(schema).filter(([name]) => name !== "$schema" && name !== "~standard"),
  );
}
