import { type DanmakuMode, danmakuModeSchema } from "@barrage/protocol";
import { AlignVerticalJustifyEnd, AlignVerticalJustifyStart, MoveLeft, Palette } from "lucide-react";
import { RadioGroup } from "radix-ui";
import { Button } from "../ui/button.tsx";
import { Popover } from "../ui/popover.tsx";
import { Segmented } from "../ui/segmented.tsx";

const colors = [
  ["#ffffff", "White"],
  ["#ffd166", "Amber"],
  ["#ff9a76", "Peach"],
  ["#ff9ecb", "Pink"],
  ["#c7a6ff", "Lilac"],
  ["#6ecbff", "Sky"],
  ["#5fe0c8", "Mint"],
  ["#a5e65a", "Lime"],
] as const;

const modes = {
  scroll: { name: "Fly across", icon: <MoveLeft /> },
  top: { name: "Stay at the top", icon: <AlignVerticalJustifyStart /> },
  bottom: { name: "Stay at the bottom", icon: <AlignVerticalJustifyEnd /> },
} as const satisfies Record<DanmakuMode, unknown>;

interface MessageStylePickerProps {
  readonly color: string;
  readonly mode: DanmakuMode;
  readonly disabled: boolean;
  readonly onColor: (color: string) => void;
  readonly onMode: (mode: DanmakuMode) => void;
}

/** How the next messages fly: their colour and their way. */
export function MessageStylePicker({ color, mode, disabled, onColor, onMode }: MessageStylePickerProps) {
  return (
    <Popover
      label="Colour and movement"
      align="start"
      trigger={
        <Button
          variant="ghost"
          size="icon-sm"
          className="mx-1.5"
          aria-label="Colour and movement"
          disabled={disabled}
        >
          <Palette style={color === "#ffffff" ? undefined : { color }} />
        </Button>
      }
    >
      <p className="mb-2 text-sm font-semibold">Colour</p>
      <RadioGroup.Root
        value={color}
        onValueChange={onColor}
        aria-label="Colour"
        className="mb-4 flex flex-wrap gap-2"
      >
        {colors.map(([value, name]) => (
          <RadioGroup.Item
            key={value}
            value={value}
            aria-label={name}
            className="size-7 rounded-full border border-line ring-offset-2 ring-offset-surface transition hover:scale-110 data-[state=checked]:ring-2 data-[state=checked]:ring-ring"
            style={{ background: value }}
          />
        ))}
      </RadioGroup.Root>
      <p className="mb-2 text-sm font-semibold">Movement</p>
      <Segmented
        label="Movement"
        value={mode}
        onValueChange={onMode}
        className="flex"
        options={danmakuModeSchema.options.map((value) => ({
          value,
          text: modes[value].icon,
          name: modes[value].name,
        }))}
      />
    </Popover>
  );
}
