/** Where the browsable document is. */
export const docsPath = "/docs";

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Barrage API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/favicon-32x32.png">
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;

// "Try it out" works at once: the header that keeps other sites' pages out is added here.
const start = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "list",
  validatorUrl: null,
  requestInterceptor(request) {
    request.headers["x-barrage-client"] = "docs";
    return request;
  },
});
`;

const types = { css: "text/css", js: "text/javascript", png: "image/png" } as const;
const files = {
  "swagger-ui.css": types.css,
  "swagger-ui-bundle.js": types.js,
  "favicon-32x32.png": types.png,
} as const;

// The viewer sets style attributes; its pictures are data URLs. Scripts come from our files alone.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The viewer of the OpenAPI document: Swagger UI from our own dependencies. Undefined for any other path. */
export function docsPage(pathname: string): Response | undefined {
  if (pathname === docsPath || pathname === `${docsPath}/`) {
    return new Response(html, {
      headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy },
    });
  }
  const name = pathname.slice(docsPath.length + 1);
  if (name === "start.js") return new Response(start, { headers: { "content-type": types.js } });
  for (const [file, type] of Object.entries(files)) {
    if (file !== name) continue;
    const url = import.meta.resolve(`swagger-ui-dist/${file}`);
    return new Response(Bun.file(new URL(url)), {
      headers: { "content-type": type, "cache-control": "public, max-age=3600" },
    });
  }
  return undefined;
}
