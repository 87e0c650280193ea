import { expect, test } from "bun:test";
import { join } from "node:path";
import { startTestS3 } from "@barrage/testkit";

const program = join(import.meta.dir, "main.ts");

async function run(env: Readonly<Record<string, string>>) {
  const child = Bun.spawn([process.execPath, program], { env, stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, out, err };
}

test("storage:setup makes both buckets, may be run by several at once, and says what is wrong without telling a secret", async () => {
  await using s3 = await startTestS3();
  const good = {
    S3_ENDPOINT: s3.url,
    S3_ACCESS_KEY_ID: s3.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    WEB_ORIGINS: "https://barrage.example",
  };
  // Side by side: the buckets may be made by several at once.
  const [first, second, wrong, without] = await Promise.all([
    run(good),
    run(good),
    run({ ...good, S3_SECRET_ACCESS_KEY: "a-wrong-secret" }),
    run({ WEB_ORIGINS: "https://a.example" }),
  ]);
  for (const { code, out, err } of [first, second]) {
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const step of ["barrage-archive: bucket", "barrage-media: bucket", "barrage-media: cors"]) {
      expect(out).toContain(`${step} done`);
    }
  }
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain(`${s3.url} could not be set up`);
  expect(wrong.err).not.toContain("a-wrong-secret");
  expect(without.code).toBe(78);
}, 30_000);
