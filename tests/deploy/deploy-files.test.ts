import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { glibcTunables } from "@barrage/scripts/apps";
import { createTempDir } from "@barrage/testkit";
import { DCLinter } from "dclint";
import { validate } from "dockerfile-utils";
import { z } from "zod";

const root = join(import.meta.dir, "..", "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const serviceSchema = z.looseObject({
  image: z.string().optional(),
  build: z.object({ context: z.string(), dockerfile: z.string(), target: z.string() }).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  deploy: z.object({ resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string() }) }) }),
  logging: z.object({ options: z.object({ "max-size": z.string() }) }),
});
const composeSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.unknown()),
});

const composeText = read("docker-compose.yml");
const compose = composeSchema.parse(Bun.YAML.parse(composeText));
const dockerfile = read("deploy/Dockerfile");
const built = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);

/** Runs deploy/new-env.sh in a folder, as an operator with everybody's umask does. */
async function newEnv(folder: string, ...args: readonly string[]) {
  const script = join(root, "deploy", "new-env.sh");
  const command = ["sh", "-c", 'umask 022; exec sh "$@"', "sh", script, ...args];
  const child = Bun.spawn(command, { cwd: folder, stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, stdout, stderr };
}

describe("deployment files", () => {
  test("docker-compose.yml follows the compose specification, by a public linter", () => {
    // The rules about the order of keys are another house's taste; Caddy's ports are for all interfaces.
    const off = [
      "service-keys-order",
      "services-alphabetical-order",
      "top-level-properties-order",
      "no-unbound-port-interfaces",
      "require-quotes-in-ports",
    ];
    const rules = Object.fromEntries(off.map((rule) => [rule, 0 as const]));
    const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] });
    const messages = linter
      .lintFiles([join(root, "docker-compose.yml")], false)
      .flatMap((result) => result.messages);
    expect(messages.map(({ line, rule, message }) => ({ line, rule, message }))).toEqual([]);
  });

  test("every image is pinned to a version", () => {
    const images = Object.values(compose.services).flatMap(({ image }) => image ?? []);
    expect(images.length).toBeGreaterThan(7);
    expect(images.filter((image) => !/:v?\d+\.\d+/.test(image))).toEqual([]);
  });

  test("images copy memory as processes from `bun run dev` do", () => {
    expect(/GLIBC_TUNABLES=(\S+)/.exec(dockerfile)?.[1]).toBe(glibcTunables);
  });

  test("no secret stands in the file: whatever is one comes from .env, which new-env.sh writes whole", async () => {
    const secret = /PASSWORD|SECRET|ACCESS_KEY|_KEY$/;
    const given = Object.values(compose.services).flatMap(({ environment }) => Object.entries(environment));
    const open = given.filter(([name, value]) => secret.test(name) && !/^\$\{\w+(:\?[^}]*)?\}$/.test(value));
    expect(open).toEqual([]);
    const { stdout: env } = await newEnv(root, "live.example", "-");
    const written = new Set([...env.matchAll(/^(\w+)=.+$/gm)].map((match) => match[1] ?? ""));
    const asked = new Set([...composeText.matchAll(/\$\{(\w+)(?!\w)(?!:-)/g)].map((match) => match[1] ?? ""));
    expect([...asked].filter((name) => !written.has(name))).toEqual([]);
    const secrets = [...env.matchAll(/=([0-9a-f]{48})$/gm)].map((match) => match[1]);
    expect(new Set(secrets).size).toBe(4);
  });

  test("new-env.sh writes .env for its owner alone, and never over one that is there", async () => {
    using temp = createTempDir("new-env");
    const path = join(temp.path, ".env");
    expect((await newEnv(temp.path)).code).toBe(2);
    expect(existsSync(path)).toBe(false);
    expect(await newEnv(temp.path, "live.example")).toMatchObject({ code: 0, stdout: "" });
    expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
    const first = readFileSync(path, "utf8");
    expect(first).toContain("DOMAIN=live.example\n");
    const second = await newEnv(temp.path, "live.example");
    expect({ code: second.code, said: second.stderr }).toEqual({
      code: 1,
      said: expect.stringContaining(".env is there already"),
    });
    expect(readFileSync(path, "utf8")).toBe(first);
    expect((await newEnv(temp.path, "other.example", "other.env")).code).toBe(0);
    expect(readFileSync(join(temp.path, "other.env"), "utf8")).toContain("DOMAIN=other.example\n");
  });

  test("whoever puts realtime nodes behind a proxy is told to trust its addresses, as Compose does", () => {
    expect(compose.services["realtime"]?.environment["TRUST_PROXY"]).toBe("true");
    expect(read("deploy/cluster.md")).toContain("`TRUST_PROXY=true`");
  });

  test("the Dockerfile is valid, and every image ends as a user without rights, at a program that exists", () => {
    expect(validate(dockerfile).map(({ message }) => message)).toEqual([]);
    const stages = new Map(
      dockerfile.split(/^FROM /m).map((stage) => [/ AS (\S+)/.exec(stage)?.[1] ?? "", stage] as const),
    );
    expect(stages.get("base")).toContain("USER bun");
    for (const [, { build }] of built) {
      const stage = stages.get(build?.target ?? "") ?? "";
      expect(stage.startsWith("base AS")).toBe(true);
      expect(stage).not.toContain("USER");
      const program = /CMD \["bun", "([^"]+)"\]/.exec(stage)?.[1] ?? "";
      expect({ program, exists: existsSync(join(root, program)) }).toEqual({ program, exists: true });
    }
    expect(built.length).toBe(6);
  });

  test("files that containers mount are there, and every named volume is declared", () => {
    for (const volume of Object.values(compose.services).flatMap(({ volumes }) => volumes)) {
      const source = volume.split(":")[0] ?? "";
      const known = source.startsWith("./") ? existsSync(join(root, source)) : source in compose.volumes;
      expect({ volume, known }).toEqual({ volume, known: true });
    }
  });

  test("NATS writes before it acknowledges, alone and in a cluster", () => {
    for (const path of ["deploy/nats/nats.conf", "deploy/nats/cluster.conf"]) {
      expect(read(path)).toMatch(/^\s*sync_interval: always$/m);
    }
  });
});
