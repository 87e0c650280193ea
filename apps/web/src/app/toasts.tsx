import { useLayoutEffect, useState } from "react";
import { createPortal } from "react-dom";
import { Toaster } from "sonner";
import { useTheme } from "../lib/theme.ts";
import { usePortalContainer } from "../ui/use-portal-container.ts";

/** Short news at the top, also over what has the full screen. */
export function Toasts() {
  const { resolved } = useTheme();
  const container = usePortalContainer();
  // One element that moves: a new Toaster would forget what is shown.
  const [home] = useState(() => document.createElement("div"));
  useLayoutEffect(() => {
    (container ?? document.body).append(home);
    return () => home.remove();
  }, [container, home]);
  return createPortal(<Toaster theme={resolved} position="top-center" richColors closeButton />, home);
}
