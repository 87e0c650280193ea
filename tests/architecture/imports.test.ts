import { describe, expect, test } from "bun:test";
import { readSourceFiles, relativeTarget, type SourceFile } from "./source-files.ts";

const files = await readSourceFiles();
const isTest = (file: SourceFile) => /\.test\.tsx?$|^tests\/|\/testing\//.test(file.path);
const production = files.filter((file) => !isTest(file));

/** The workspace that a path belongs to: `apps/api`, `packages/domain`, `db`, … */
function workspaceOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return first === "apps" || first === "packages" ? `${first}/${second}` : first;
}

/** Every import that breaks a rule, as readable lines; a test expects none. */
function offences(
  among: readonly SourceFile[],
  forbidden: (file: SourceFile, specifier: string, typeOnly: boolean) => boolean,
) {
  return among.flatMap((file) =>
    file.imports
      .filter(({ specifier, typeOnly }) => forbidden(file, specifier, typeOnly))
      .map(({ specifier }) => `${file.path} imports ${specifier}`),
  );
}

const within = (prefix: string) => production.filter((file) => file.path.startsWith(prefix));
const appPackage = /^@barrage\/(api|realtime|worker|web)($|\/)/;

describe("imports that must never exist", () => {
  test("the rules look at something", () => {
    expect(production.length).toBeGreaterThan(50);
    expect(production.flatMap((file) => file.imports).length).toBeGreaterThan(100);
  });

  test("no app imports another app, but for the router's type in frontends", () => {
    const frontends = new Set(["apps/web", "bench", "scripts"]);
    const found = offences(production, (file, specifier, typeOnly) => {
      if (!appPackage.test(specifier)) return false;
      return !(frontends.has(workspaceOf(file.path)) && specifier === "@barrage/api" && typeOnly);
    });
    expect(found).toEqual([]);
  });

  test("the push node never reaches Postgres", () => {
    expect(
      offences(within("apps/realtime/"), (_, name) =>
        /^(@barrage\/db|postgres|drizzle-orm)($|\/)/.test(name),
      ),
    ).toEqual([]);
  });

  test("SQL and Drizzle stay in db", () => {
    const outside = production.filter((file) => !file.path.startsWith("db/"));
    expect(offences(outside, (_, name) => /^(postgres|drizzle-orm|drizzle-kit)($|\/)/.test(name))).toEqual(
      [],
    );
  });

  test("the NATS, Redis and S3 clients stay in platform", () => {
    const outside = production.filter((file) => !/^(packages\/platform|bench|scripts\/s3)\//.test(file.path));
    expect(offences(outside, (_, name) => /^(nats|ioredis|@aws-sdk\/.*)($|\/)/.test(name))).toEqual([]);
  });

  test("the wire needs nothing but its schema library", () => {
    expect(
      offences(within("packages/protocol/"), (_, name) => !name.startsWith(".") && name !== "zod"),
    ).toEqual([]);
  });

  test("the SDK needs nothing but the wire", () => {
    expect(
      offences(
        within("packages/client/"),
        (_, name) => !name.startsWith(".") && name !== "@barrage/protocol",
      ),
    ).toEqual([]);
  });

  test("the rules are pure: domain knows the wire and its schema library, and runs in a browser", () => {
    const allowed = new Set(["@barrage/protocol", "zod"]);
    expect(
      offences(within("packages/domain/"), (_, name) => !name.startsWith(".") && !allowed.has(name)),
    ).toEqual([]);
  });

  test("services know no tRPC, Elysia or HTTP", () => {
    const services = production.filter((file) => file.path.endsWith("-service.ts"));
    expect(offences(services, (_, name) => /^(@trpc\/|elysia|node:http)/.test(name))).toEqual([]);
  });

  test("only tests use the testkit", () => {
    expect(
      offences(
        production.filter((file) => !file.path.startsWith("packages/testkit/")),
        (_, name) => name.startsWith("@barrage/testkit"),
      ),
    ).toEqual([]);
  });

  test("no feature imports a sibling feature", () => {
    const found = offences(production, (file, specifier) => {
      const own = /^(.*\/features\/)([^/]+)\//.exec(file.path);
      const target = relativeTarget(file, specifier);
      if (own === null || target === undefined) return false;
      const other = /^(.*\/features\/)([^/]+)/.exec(target);
      return other !== null && other[1] === own[1] && other[2] !== own[2];
    });
    expect(found).toEqual([]);
  });

  test("nobody reaches into another package by a path", () => {
    const found = offences(files, (file, specifier) => {
      const target = relativeTarget(file, specifier);
      const foreign = target !== undefined && workspaceOf(target) !== workspaceOf(file.path);
      // The documents belong to everybody.
      return foreign && !target.startsWith("docs/");
    });
    expect(found).toEqual([]);
  });

  test("there are no cycles", () => {
    expect(cyclesOf(production)).toEqual([]);
  });
});

/** Import cycles among files, types left out: those vanish before anything runs. */
function cyclesOf(among: readonly SourceFile[]): string[] {
  const edges = new Map(
    among.map((file) => [
      file.path,
      file.imports
        .filter((item) => !item.typeOnly)
        .flatMap((item) => relativeTarget(file, item.specifier) ?? []),
    ]),
  );
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (state.get(path) === "done") return;
    if (state.get(path) === "open") {
      found.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
      return;
    }
    state.set(path, "open");
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    state.set(path, "done");
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}
