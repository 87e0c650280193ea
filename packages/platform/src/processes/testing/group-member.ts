import { joinProcessGroup } from "../process-member.ts";

// A member of a group, for tests: serves the group's figures. With "mute" it serves, and can be asked nothing.
const [, , manner] = Bun.argv;
if (manner === "mute" && process.env["PROCESS_INDEX"] !== "0") {
  process.send?.({ type: "ready", url: "http://127.0.0.1:1" });
  process.disconnect?.();
  // Nobody could tell it that its supervisor is gone.
  setTimeout(() => {}, 20_000);
} else {
  const member = joinProcessGroup({ figures: () => Promise.resolve("# TYPE alive gauge\nalive 1\n") });
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async () => new Response(await member.groupFigures()),
  });
  member.ready(server.url.href);
}
