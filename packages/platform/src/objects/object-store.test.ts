import { expect, test } from "bun:test";
import { startTestS3 } from "@barrage/testkit";
import { createObjectStore } from "./object-store.ts";

test("makes its bucket where it is missing, also when several do so at once, and leaves it where it is", async () => {
  await using s3 = await startTestS3();
  const open = (bucket: string) =>
    createObjectStore({
      endpoint: s3.url,
      accessKeyId: s3.accessKeyId,
      secretAccessKey: s3.secretAccessKey,
      bucket,
    });
  const stores = Array.from({ length: 3 }, () => open("barrage-media"));
  await Promise.all(stores.map((store) => store.ensureBucket()));
  await stores[0]?.ensureBucket();
  const wrong = createObjectStore({
    endpoint: s3.url,
    accessKeyId: s3.accessKeyId,
    secretAccessKey: "wrong",
    bucket: "barrage-media",
  });
  expect(wrong.ensureBucket()).rejects.toThrow();
  for (const store of [...stores, wrong]) store.close();
}, 20_000);
