import { expect, test } from "bun:test";
import { putPart } from "./put-part.ts";

test("a part whose address has expired is put to a new one, and the host sees no failure but a struggle", async () => {
  const addresses = ["https://store.example/expired", "https://store.example/fresh"];
  const asked: number[] = [];
  const taken: string[] = [];
  const struggles: boolean[] = [];
  const part = { number: 3, body: new Blob(["0123456789"]) };
  await putPart(
    {
      urlOf: async ({ number, bytes }) => {
        asked.push(number, bytes);
        return addresses.shift() ?? "";
      },
      // As the store's refusal reaches the page; that a store refuses is for the S3 contract.
      put: async (url) => {
        if (url.endsWith("expired")) throw new Error("the object store answered 403");
        taken.push(url);
      },
      sleep: async () => {},
      onStruggle: (struggling) => struggles.push(struggling),
    },
    part,
    new AbortController().signal,
  );
  expect(asked).toEqual([3, 10, 3, 10]);
  expect(taken).toEqual(["https://store.example/fresh"]);
  expect(struggles).toEqual([true, false]);
});
