import { docsPage } from "./docs-page.ts";
import { eventStreamDocument } from "./event-stream-document.ts";
import { openApiDocument } from "./openapi-document.ts";
import type { Operation } from "./operations.ts";

/** The documents of the api, by path; undefined where there is none. */
export function createApiDocuments(
  operations: readonly Operation[],
): (pathname: string) => Response | undefined {
  const documents = new Map([
    ["/openapi.json", JSON.stringify(openApiDocument(operations))],
    ["/asyncapi.json", JSON.stringify(eventStreamDocument())],
  ]);
  return (pathname) => {
    const json = documents.get(pathname);
    if (json === undefined) return docsPage(pathname);
    return new Response(json, {
      headers: { "content-type": "application/json", "cache-control": "public, max-age=60" },
    });
  };
}
