import { AppError } from "@barrage/protocol";
import { readJsonRequest } from "../http/read-body.ts";
import { hasBody } from "./openapi-document.ts";
import type { FieldSchema, Operation } from "./operations.ts";

/**
 * The input of a procedure from a request's path, query and body. Whether it is valid is the procedure's own schema's
 * business; here text only becomes the number or boolean that the schema names, where it looks like one.
 * @throws AppError `input_invalid` for a body that is no JSON object; `body_too_large`, `media_type_unsupported`
 */
export async function readInput(
  operation: Operation,
  { request, pathValues }: { readonly request: Request; readonly pathValues: readonly string[] },
  bodyBytesMax: number,
): Promise<unknown> {
  const fromPath = operation.pathFields.map((name, index) => [
    name,
    fromText(pathValues[index] ?? "", operation.fields[name]),
  ]);
  const rest = hasBody(operation)
    ? await readBody(request, bodyBytesMax)
    : readQuery(operation, new URL(request.url).searchParams);
  const input: unknown = { ...rest, ...Object.fromEntries(fromPath) };
  // A procedure without an input is called without one.
  return Object.keys(operation.fields).length === 0 ? undefined : input;
}

function readQuery({ fields }: Operation, query: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, schema]) => {
      const texts = query.getAll(name);
      if (schema.type === "array") return texts.length === 0 ? [] : [[name, texts]];
      return texts.slice(0, 1).map((text) => [name, fromText(text, schema)]);
    }),
  );
}

async function readBody(request: Request, bytesMax: number): Promise<Record<string, unknown>> {
  if (request.body === null) return {};
  const text = await (await readJsonRequest(request, bytesMax)).text();
  if (text.trim() === "") return {};
  const value = parsed(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new AppError("input_invalid", { issues: [{ path: "", message: "the body must be a JSON object" }] });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fromText(text: string, schema: FieldSchema | undefined): unknown {
  const type = schema?.type;
  if ((type === "integer" || type === "number") && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}
