import { Check, Monitor, Moon, Sun } from "lucide-react";
import { useServices } from "../lib/services.tsx";
import { type Theme, themeSchema, useTheme } from "../lib/theme.ts";
import { Button } from "../ui/button.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";

const faces = {
  dark: { text: "Dark", icon: <Moon /> },
  light: { text: "Light", icon: <Sun /> },
  system: { text: "As the system", icon: <Monitor /> },
} as const satisfies Record<Theme, unknown>;

export function ThemeMenu() {
  const { settings } = useServices();
  const { theme, resolved } = useTheme();
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon" className="size-9" aria-label="Theme">
          {faces[resolved].icon}
        </Button>
      }
    >
      {themeSchema.options.map((option) => (
        <MenuItem key={option} onSelect={() => settings.theme.set(option)}>
          {faces[option].icon}
          {faces[option].text}
          {option === theme && <Check aria-label="chosen" className="ml-auto" />}
        </MenuItem>
      ))}
    </Menu>
  );
}
