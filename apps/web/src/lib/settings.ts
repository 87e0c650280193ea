import { type SeenLotteries, seenLotteriesSchema } from "../lottery/seen-lotteries.ts";
import { type DanmakuSettings, danmakuSettingsFallback, danmakuSettingsSchema } from "./danmaku-settings.ts";
import { createLocalSetting, type LocalSetting } from "./local-setting.ts";
import { type Theme, themeSchema } from "./theme.ts";

/** What a viewer has set on this browser, and what it remembers for them. */
export interface Settings {
  readonly theme: LocalSetting<Theme>;
  readonly danmaku: LocalSetting<DanmakuSettings>;
  readonly seenLotteries: LocalSetting<SeenLotteries>;
}

export function createSettings(): Settings {
  return {
    theme: createLocalSetting<Theme>({ name: "theme", schema: themeSchema, fallback: "dark" }),
    danmaku: createLocalSetting<DanmakuSettings>({
      name: "danmaku",
      schema: danmakuSettingsSchema,
      fallback: danmakuSettingsFallback,
    }),
    seenLotteries: createLocalSetting<SeenLotteries>({
      name: "seen-lotteries",
      schema: seenLotteriesSchema,
      fallback: [],
    }),
  };
}
