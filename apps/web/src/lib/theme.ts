import { useEffect, useSyncExternalStore } from "react";
import { z } from "zod";
import { useServices } from "./services.tsx";
import { useMediaQuery } from "./use-media-query.ts";

/** What the viewer can choose. The script in index.html reads the stored value before the first paint. */
export const themeSchema = z.enum(["dark", "light", "system"]);

/** What the viewer chose; dark unless they say otherwise. */
export type Theme = z.infer<typeof themeSchema>;

/** The chosen theme and the one that it comes to now; puts it on the document. */
export function useTheme(): { readonly theme: Theme; readonly resolved: "dark" | "light" } {
  const { settings } = useServices();
  const theme = useSyncExternalStore(settings.theme.subscribe, settings.theme.get);
  const systemLight = useMediaQuery("(prefers-color-scheme: light)");
  const resolved = theme === "system" ? (systemLight ? "light" : "dark") : theme;
  useEffect(() => {
    document.documentElement.dataset["theme"] = resolved;
    const ground = getComputedStyle(document.documentElement).backgroundColor;
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", ground);
  }, [resolved]);
  return { theme, resolved };
}
