import { Keyboard } from "lucide-react";
import { useState } from "react";
import { Dialog } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { useShortcuts } from "./use-shortcuts.ts";

interface ShortcutsHelpProps {
  readonly className: string;
  /** Each key with what it does. */
  readonly shortcuts: readonly (readonly [key: string, meaning: string])[];
}

/** The button that lists the page's keys; the `?` key opens it too. */
export function ShortcutsHelp({ className, shortcuts }: ShortcutsHelpProps) {
  const [open, setOpen] = useState(false);
  useShortcuts({ "?": () => setOpen(true) });
  return (
    <>
      <Tooltip
        text={
          <>
            Keys <Kbd>?</Kbd>
          </>
        }
      >
        <button
          type="button"
          className={className}
          aria-label="Keyboard shortcuts"
          onClick={() => setOpen(true)}
        >
          <Keyboard />
        </button>
      </Tooltip>
      <Dialog open={open} onOpenChange={setOpen} title="Keyboard shortcuts">
        <dl className="grid gap-2.5 text-sm">
          {shortcuts.map(([key, meaning]) => (
            <div key={key} className="flex items-center justify-between gap-4">
              <dt className="order-2">
                <Kbd>{key}</Kbd>
              </dt>
              <dd className="text-soft">{meaning}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </>
  );
}
