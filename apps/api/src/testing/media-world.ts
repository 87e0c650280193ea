import { setUpBucket } from "@barrage/platform";
import { startTestS3, type TestS3 } from "@barrage/testkit";
import type { ApiClient } from "./api-client.ts";
import { createRoomWorld, type Person, type RoomWorld } from "./room-world.ts";
import { startTestApi, type TestApi, webOrigin } from "./start-test-api.ts";

/** What a test of covers and recordings begins with. */
export interface MediaWorld extends AsyncDisposable {
  readonly api: TestApi;
  readonly world: RoomWorld;
  readonly s3: TestS3;
  /** A host whose room is live. */
  liveHost(): Promise<{ readonly host: Person; readonly room: string; readonly session: string }>;
}

/** Starts servers, the bucket and the api; no worker, so that nothing happens by itself. */
export async function startMediaWorld(): Promise<MediaWorld> {
  await using stack = new AsyncDisposableStack();
  const s3 = stack.use(await startTestS3());
  const { url: endpoint, accessKeyId, secretAccessKey } = s3;
  await setUpBucket({
    endpoint,
    accessKeyId,
    secretAccessKey,
    bucket: "barrage-media",
    webOrigins: [webOrigin],
  });
  const api = stack.use(
    await startTestApi({
      S3_ENDPOINT: endpoint,
      S3_ACCESS_KEY_ID: accessKeyId,
      S3_SECRET_ACCESS_KEY: secretAccessKey,
    }),
  );
  const world = stack.use(await createRoomWorld(api));
  const owned = stack.move();
  return {
    api,
    world,
    s3,
    async liveHost() {
      const host = await world.person();
      const room = await world.room(host);
      const { sessionId } = await host.client.rooms.get.query({ id: room });
      if (sessionId === null) throw new Error("the room is live");
      return { host, room, session: sessionId };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Puts one part of a recording into the store, as a browser does. @returns the store's answer */
export async function putPart(
  client: ApiClient,
  id: string,
  part: { readonly number: number; readonly body: Uint8Array<ArrayBuffer> },
): Promise<Response> {
  const { number, body } = part;
  const { urls } = await client.media.partUrls.mutate({ id, parts: [{ number, bytes: body.length }] });
  return fetch(urls[0]?.url ?? "", { method: "PUT", body });
}
