import { expect } from "bun:test";
import type Axe from "axe-core";
import { source as axeSource } from "axe-core";
import type { Page } from "playwright-core";

/** What axe finds wrong with the page as it is now. The page needs `bypassCSP`: its own policy rightly refuses scripts from elsewhere. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.addScriptTag({ content: axeSource });
  const { found, contrastsSeen } = await page.evaluate(async () => {
    // axe puts itself on the window.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const { axe } = globalThis as unknown as { readonly axe: typeof Axe };
    const { violations, passes } = await axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return {
      found: violations.flatMap((rule) =>
        rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary ?? ""}`),
      ),
      contrastsSeen: passes.find((rule) => rule.id === "color-contrast")?.nodes.length ?? 0,
    };
  });
  // An axe that could not read our colours would find nothing wrong with them.
  expect(contrastsSeen).toBeGreaterThan(3);
  return found;
}
