import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { serverSettings, ticketSettings } from "./common-settings.ts";
import { ConfigError, defineConfig } from "./define-config.ts";

const definition = defineConfig({
  ...serverSettings,
  ...ticketSettings,
  color: { env: "COLOR", schema: z.enum(["red", "green"]) },
});
const good = { TICKET_SECRET: "s".repeat(32), COLOR: "red" };

describe("config", () => {
  test("reads typed values, defaults included, and freezes them", () => {
    const config = definition.parse({ ...good, PORT: "81" });
    expect(config).toMatchObject({ port: 81, host: "0.0.0.0", color: "red", otlpEndpoint: undefined });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test("an empty variable counts as not set", () => {
    expect(definition.parse({ ...good, PORT: "" }).port).toBe(0);
  });

  test("reports every fault at once, without any value", () => {
    const parse = () => definition.parse({ PORT: "SECRET-a", TICKET_SECRET: "SECRET-b", COLOR: "SECRET-c" });
    expect(parse).toThrow(ConfigError);
    try {
      parse();
    } catch (error) {
      const text = String(error);
      for (const name of ["PORT", "TICKET_SECRET", "COLOR"]) expect(text).toContain(name);
      expect(text).not.toContain("SECRET-");
    }
    expect(() => definition.parse({})).toThrow(/TICKET_SECRET is required[^]*COLOR is required/);
  });

  test("shows no secret when logged", () => {
    const shown = definition.redacted(definition.parse(good));
    expect(shown).toMatchObject({ ticketSecret: "[redacted]", color: "red" });
  });
});
