import { expect, test } from "bun:test";
import { parseSettingText } from "./parse-setting-text.ts";
import { settingNames, settingsTable } from "./settings-table.ts";

test.each([
  ["messages.burst", "5", 5],
  ["messages.perSecond", "0.5", 0.5],
  ["messages.burst", "many", "many"],
  ["features.gifts", "off", false],
  ["features.gifts", "on", true],
  ["features.gifts", "true", true],
  ["moderation.blockedWords", "bad, worse,", ["bad", "worse"]],
  ["moderation.blockedWords", '["a,b"]', ["a,b"]],
  ["moderation.blockedWords", "", []],
] as const)("%s=%s is read as it is meant", (name, text, value) => {
  expect(parseSettingText(name, text)).toEqual(value);
});

test("every default is a value that its own setting allows", () => {
  for (const name of settingNames) {
    const { schema, default: usual } = settingsTable[name];
    expect(schema.parse(usual)).toEqual(usual);
  }
});
