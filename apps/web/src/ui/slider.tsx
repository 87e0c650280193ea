import { Slider as Radix } from "radix-ui";
import { useId } from "react";

interface SliderProps {
  readonly label: string;
  /** The value in words, shown beside the label and read out. */
  readonly valueText: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly disabled?: boolean;
  readonly onValueChange: (value: number) => void;
}

export function Slider({ label, valueText, value, onValueChange, ...rest }: SliderProps) {
  const id = useId();
  return (
    <div className="grid gap-2">
      <div className="flex justify-between text-sm">
        <span id={id} className="font-medium">
          {label}
        </span>
        <span className="text-faint tabular-nums">{valueText}</span>
      </div>
      <Radix.Root
        className="relative flex h-5 touch-none items-center select-none data-[disabled]:opacity-50"
        value={[value]}
        onValueChange={([next]) => next !== undefined && onValueChange(next)}
        {...rest}
      >
        <Radix.Track className="relative h-1.5 grow rounded-full bg-raised">
          <Radix.Range className="absolute h-full rounded-full bg-accent" />
        </Radix.Track>
        <Radix.Thumb
          aria-labelledby={id}
          aria-valuetext={valueText}
          className="block size-4.5 rounded-full border-2 border-surface bg-accent shadow"
        />
      </Radix.Root>
    </div>
  );
}
