import { XMLBuilder, XMLParser, XMLValidator } from "fast-xml-parser";
import type { z } from "zod";
import { S3Error } from "./s3-error.ts";

const XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/";

/**
 * Keys may hold characters that XML normalises (`\r`) or forbids (`\u0001`). Like S3 itself we send them as
 * numeric references, so that a lenient parser gets back the very key; `encoding-type=url` is the strict way.
 */
// oxlint-disable-next-line no-control-regex -- control characters are exactly what has to be found
const ESCAPED = /[&<>"'\u0000-\u001f\u007f-\u009f\u2028\ufffe\uffff]/g;
const escape = (text: string) => text.replace(ESCAPED, (c) => `&#x${c.charCodeAt(0).toString(16)};`);

/** Elements that may repeat, so that a single one is still parsed as a list. */
const REPEATED = new Set([
  "Object",
  "Part",
  "CORSRule",
  "AllowedOrigin",
  "AllowedMethod",
  "AllowedHeader",
  "ExposeHeader",
]);

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  htmlEntities: true,
  isArray: (name) => REPEATED.has(name),
});

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  processEntities: false,
  tagValueProcessor: (_name, value) => escape(String(value)),
});

/** What an element may hold on the way out; `undefined` children are left out, arrays repeat their element. */
export type XmlNode = Readonly<{ [name: string]: XmlValue }>;
type XmlValue = string | number | boolean | undefined | XmlNode | readonly (string | XmlNode)[];

/** One document with the given root element, in S3's namespace. Errors have no namespace in S3: see {@link errorXml}. */
export function toXml(root: string, children: XmlNode): string {
  return document({ [root]: { "@xmlns": XMLNS, ...children } });
}

/** The body of an error answer. */
export function errorXml(children: XmlNode): string {
  return document({ Error: children });
}

const document = (root: XmlNode) => `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(root)}`;

/**
 * Parses a request body against a schema.
 * @throws S3Error `MalformedXML` when it is not well-formed, has a DOCTYPE (entity expansion), or does not fit.
 */
export function fromXml<T>(text: string, schema: z.ZodType<T>): T {
  if (text.includes("<!DOCTYPE") || XMLValidator.validate(text) !== true) throw new S3Error("MalformedXML");
  const parsed = schema.safeParse(parser.parse(text));
  if (!parsed.success) throw new S3Error("MalformedXML");
  return parsed.data;
}
