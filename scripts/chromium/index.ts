export { type Chromium, findChromium } from "./find-chromium.ts";
export { type ChromiumOrReason, provideChromium } from "./provide-chromium.ts";
