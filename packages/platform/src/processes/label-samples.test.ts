import { expect, test } from "bun:test";
import { labelSamples } from "./label-samples.ts";

test("each sample says its process, and each metric has its type once, before its samples", () => {
  const text = (viewers: number) =>
    `# TYPE viewers gauge\nviewers ${viewers}\n# TYPE encodes_total counter\nencodes_total{format="sse"} 7\n`;
  const joined = labelSamples(
    new Map([
      [0, text(3)],
      [1, text(4)],
    ]),
  );
  expect(joined.split("\n")).toEqual([
    "# TYPE viewers gauge",
    'viewers{process="0"} 3',
    'viewers{process="1"} 4',
    "# TYPE encodes_total counter",
    'encodes_total{process="0",format="sse"} 7',
    'encodes_total{process="1",format="sse"} 7',
    "",
  ]);
});
