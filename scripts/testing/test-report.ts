/** What one test file came to, read from Bun's JUnit report. */
export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

/** Reads a JUnit report; `null` when it is not a whole one (the run crashed while it was written). */
export function parseTestReport(xml: string): TestReport | null {
  const total = /<testsuites\b([^>]*)>/.exec(xml)?.[1];
  if (total === undefined || !xml.trimEnd().endsWith("</testsuites>")) return null;
  const count = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(total)?.[1] ?? 0);
  const skipped = [...xml.matchAll(/<testcase\b([^>]*[^/])>\s*<skipped\b/g)].map((match) =>
    titleOf(match[1] ?? ""),
  );
  const failed = count("failures") + count("errors");
  return { passed: count("tests") - failed - count("skipped"), failed, skipped };
}

function titleOf(attributes: string): string {
  const value = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
  return [value("classname"), value("name")].filter(Boolean).map(unescapeXml).join(" > ");
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function unescapeXml(text: string): string {
  return text.replaceAll(/&(lt|gt|quot|apos|amp);/g, (whole, name: string) => entities[name] ?? whole);
}
