import tailwind from "bun-plugin-tailwind";
import { browserDefines } from "../config.ts";

/** A file of the built app, ready to be sent. */
export interface Asset {
  readonly body: Uint8Array<ArrayBuffer>;
  /** The same, gzipped; undefined where that does not make it smaller. */
  readonly gzipped: Uint8Array<ArrayBuffer> | undefined;
  readonly type: string;
}

/** The built app, in memory. */
export interface Site {
  readonly index: Asset;
  /** Everything that index.html leads to, by path; the names hold a hash of the content. */
  readonly assets: ReadonlyMap<string, Asset>;
  readonly bytes: number;
  /** CSP sources (`'sha256-…'`) of the scripts inside index.html. */
  readonly inlineScriptHashes: readonly string[];
}

const entry = new URL("../app/index.html", import.meta.url).pathname;

/**
 * Builds the app for production: some hundred milliseconds, so the server does it at its start and no build output is
 * ever out of date. @throws AggregateError when the app does not build.
 */
export async function buildSite(): Promise<Site> {
  const { outputs } = await Bun.build({
    entrypoints: [entry],
    plugins: [tailwind],
    publicPath: "/",
    target: "browser",
    minify: true,
    naming: {
      entry: "[name].[ext]",
      chunk: "assets/[name]-[hash].[ext]",
      asset: "assets/[name]-[hash].[ext]",
    },
    define: browserDefines,
  });
  const assets = new Map<string, Asset>();
  let index: Asset | undefined;
  let bytes = 0;
  for (const output of outputs) {
    const asset = assetOf(new Uint8Array(await output.arrayBuffer()), output.type);
    bytes += asset.body.length;
    const path = output.path.replace(/^\.?\/?/, "/");
    if (path === "/index.html") index = asset;
    else assets.set(path, asset);
  }
  if (index === undefined) throw new Error("the build gave no index.html");
  return {
    index,
    assets,
    bytes,
    inlineScriptHashes: hashInlineScripts(new TextDecoder().decode(index.body)),
  };
}

function assetOf(body: Uint8Array<ArrayBuffer>, type: string): Asset {
  const gzipped = Bun.gzipSync(body, { level: 9 });
  return { body, type, gzipped: gzipped.length < body.length ? gzipped : undefined };
}

/** By CSP Level 3: SHA-256 of the text between the tags, base64. */
function hashInlineScripts(html: string): readonly string[] {
  const scripts = html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g);
  return Array.from(scripts, ([, text = ""]) => {
    const digest = new Bun.CryptoHasher("sha256").update(text).digest("base64");
    return `'sha256-${digest}'`;
  });
}
