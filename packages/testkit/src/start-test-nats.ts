import { type RunningNatsServer, type ServerOptions, startNats } from "@barrage/scripts/services";
import { startTestServer, type TestServer } from "./test-server.ts";

export interface TestNats extends TestServer<RunningNatsServer> {
  readonly monitorUrl: string;
}

/** A NATS server with JetStream of this test alone: `await using nats = await startTestNats()`. */
export async function startTestNats(): Promise<TestNats> {
  let monitorPort = 0;
  const start = async (options: ServerOptions) => {
    const server = await startNats({ ...options, monitorPort });
    monitorPort = Number(new URL(server.monitorUrl).port);
    return server;
  };
  const server = await startTestServer("nats", start);
  return { ...server, monitorUrl: server.server().monitorUrl };
}
