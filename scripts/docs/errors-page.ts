import { closeCodes, errorCodes, errorTable, mayReconnect } from "@barrage/protocol";
import { errorAdvice } from "./error-advice.ts";

/** docs/errors.md, from the one table. */
export function errorsPage(): string {
  const rows = errorCodes.map((code) => {
    const { status, retry, message } = errorTable[code];
    return `| \`${code}\` | ${status} | ${retry === "later" ? "yes" : "no"} | ${message} | ${errorAdvice(code)} |`;
  });
  const closes = Object.entries(closeCodes).map(
    ([reason, code]) =>
      `| ${code} | \`${reason}\` | ${mayReconnect(code) ? "yes, with your cursor" : "no"} |`,
  );
  return `# Errors
Every refusal, by REST, by tRPC (under \`error.data.barrage\`) and from the realtime nodes, is the same object: \`{code, message, retryAfterMs?, issues?}\`. Decide by \`code\`: codes are stable, texts may change. \`retryAfterMs\` says how long to wait; the header \`Retry-After\` says it in whole seconds.

| code | status | may succeed later | meaning | what to do |
|---|---|---|---|---|
${rows.join("\n")}

## When a WebSocket is closed
| code | reason | come back |
|---|---|---|
${closes.join("\n")}

Codes from 4000 to 4499 mean: come back with your cursor. From 4500 on: do not come back. So an old client handles a new code well.

Made by \`bun run docs\` from \`packages/protocol\`; a test fails when it is out of date.
`;
}
