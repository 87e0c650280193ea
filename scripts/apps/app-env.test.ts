import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repoRoot } from "../repo-root.ts";
import { appEnv } from "./app-env.ts";
import { glibcTunables } from "./glibc-tunables.ts";

/** The names of all settings, as the tables of apps and packages have them. */
function settingNames(): string[] {
  const sources = new Bun.Glob("{apps,packages}/*/src/**/*.ts").scanSync({ cwd: repoRoot });
  const texts = [...sources].map((path) => readFileSync(join(repoRoot, path), "utf8"));
  return texts.flatMap((text) => [...text.matchAll(/\benv: "([A-Z0-9_]+)"/g)].map(([, name = ""]) => name));
}

test("no setting of any app comes from the shell that starts it, only what it is given", () => {
  const names = settingNames();
  expect(names).toContain("TICK_MS_MAX");
  expect(names).toContain("NATS_REPLICAS");
  const shell = Object.fromEntries([...names, "OTEL_BSP_SCHEDULE_DELAY"].map((name) => [name, "7"]));
  expect(appEnv({ PORT: "0" }, shell)).toEqual({ GLIBC_TUNABLES: glibcTunables, PORT: "0" });
});

test("an app finds programs, libraries and the way out as its shell does", () => {
  const shell = {
    PATH: "/bin",
    HOME: "/home/x",
    LD_LIBRARY_PATH: "/lib",
    HTTPS_PROXY: "http://p",
    LC_ALL: "C",
  };
  expect(appEnv({}, { ...shell, USER: undefined })).toEqual({ GLIBC_TUNABLES: glibcTunables, ...shell });
});

test("the shell's GLIBC_TUNABLES stay, also when they are empty", () => {
  expect(appEnv({}, { GLIBC_TUNABLES: "glibc.malloc.check=3" })).toEqual({
    GLIBC_TUNABLES: "glibc.malloc.check=3",
  });
  expect(appEnv({}, { GLIBC_TUNABLES: "" })).toEqual({ GLIBC_TUNABLES: "" });
});
