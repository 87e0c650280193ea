import type { VerifyTools } from "@barrage/domain";
import { useRef, useState } from "react";
import { describeError } from "../lib/describe-error.ts";
import { browserVerifyTools } from "./browser-verify-tools.ts";
import type { Verification } from "./verify-files.ts";

/** How far a check has come. */
export type VerificationState =
  | { readonly phase: "idle" }
  | { readonly phase: "working" }
  | { readonly phase: "done"; readonly verification: Verification }
  | { readonly phase: "failed"; readonly text: string };

const noTools =
  "This browser offers its cryptography only on pages with HTTPS. Open this site over HTTPS, or check the file with “bun run lottery:verify FILE”.";

/** Runs checks, one at a time: a newer one takes the place of an older one. */
export function useVerification() {
  const [state, setState] = useState<VerificationState>({ phase: "idle" });
  const latest = useRef(0);
  const run = async (check: (tools: VerifyTools) => Promise<Verification>) => {
    latest.current += 1;
    const mine = latest.current;
    const become = (next: VerificationState) => mine === latest.current && setState(next);
    const tools = browserVerifyTools();
    if (tools === undefined) {
      become({ phase: "failed", text: noTools });
      return;
    }
    become({ phase: "working" });
    try {
      become({ phase: "done", verification: await check(tools) });
    } catch (error) {
      become({ phase: "failed", text: describeError(error).text });
    }
  };
  return { state, run };
}
