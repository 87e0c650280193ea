import { Check, Link2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { formatDuration } from "../lib/format.ts";
import { barButton } from "./bar-button.ts";
import { formatMoment } from "./moment-text.ts";

const shownMs = 2_000;

/** The address of a moment of the session that is on the screen. */
export function momentLink(positionMs: number): string {
  const { origin, pathname } = location;
  const moment = formatMoment(positionMs);
  return moment === "0" ? `${origin}${pathname}` : `${origin}${pathname}?t=${moment}`;
}

/** Copies a link that begins here. */
export function CopyMoment({ positionMs }: { readonly positionMs: number }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(momentLink(positionMs));
      setCopied(true);
      toast.success(`Link copied: it begins at ${formatDuration(positionMs)}.`);
      setTimeout(() => setCopied(false), shownMs);
    } catch {
      toast.error("The browser did not allow copying.");
    }
  };
  return (
    <button
      type="button"
      className={barButton}
      aria-label="Copy link to this moment"
      title="Copy link to this moment"
      onClick={() => void copy()}
    >
      {copied ? <Check className="text-[#7be0a3]" /> : <Link2 />}
    </button>
  );
}
