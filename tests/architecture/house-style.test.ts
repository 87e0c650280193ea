import { expect, test } from "bun:test";
import { basename } from "node:path";
import { readSourceFiles } from "./source-files.ts";

const files = await readSourceFiles();

test("every file is named in kebab-case", () => {
  const odd = files.filter(
    (file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|fuzz|config))*\.tsx?$/.test(basename(file.path)),
  );
  expect(odd.map((file) => file.path)).toEqual([]);
});

test("no file is longer than 400 lines", () => {
  const long = files.filter((file) => file.text.split("\n").length > 401);
  expect(long.map((file) => file.path)).toEqual([]);
});

test("packages export by name, never with a star", () => {
  expect(files.filter((file) => file.hasStarExport).map((file) => file.path)).toEqual([]);
});

test("the environment is read in main and config files, scripts and tests alone", () => {
  const allowed = /^(scripts|bench|tests|packages\/testkit)\/|\/(main|config)\.ts$|\.test\.tsx?$|\/testing\//;
  const found = files.filter((file) => !allowed.test(file.path) && /\b(process|Bun)\.env\b/.test(file.text));
  expect(found.map((file) => file.path)).toEqual([]);
});

test("nothing of one machine stands in the source: no home folders, no shared folder of the workplace", () => {
  const pattern = /\/work\/|\.\.\/shared|\/root\//;
  const others = files.filter((file) => !file.path.endsWith("house-style.test.ts"));
  expect(others.filter((file) => pattern.test(file.text)).map((file) => file.path)).toEqual([]);
});

test("no lint rule is switched off for a whole file", () => {
  const pattern = /(oxlint|eslint)-disable(?!-next-line|-line)|@ts-(nocheck|ignore)/;
  const others = files.filter((file) => !file.path.endsWith("house-style.test.ts"));
  expect(others.filter((file) => pattern.test(file.text)).map((file) => file.path)).toEqual([]);
});
