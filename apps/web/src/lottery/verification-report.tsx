import { Check, ShieldAlert, ShieldCheck, X } from "lucide-react";
import { cn } from "../ui/cn.ts";
import { Spinner } from "../ui/spinner.tsx";
import type { VerificationState } from "./use-verification.ts";
import type { NamedCheck, Verification } from "./verify-files.ts";

/** What came of a check, step by step; spoken when it is there. */
export function VerificationReport({ state }: { readonly state: VerificationState }) {
  return (
    <div aria-live="polite" data-testid="verification" data-phase={state.phase}>
      {state.phase === "working" && (
        <p className="flex items-center gap-2.5 text-sm text-soft">
          <Spinner label="Checking" /> Repeating the draw in your browser… With a hundred thousand entries,
          this can take half a minute.
        </p>
      )}
      {state.phase === "failed" && (
        <p className="rounded-2xl bg-danger-wash px-4 py-3 text-sm text-danger-text">{state.text}</p>
      )}
      {state.phase === "done" && <Done verification={state.verification} />}
    </div>
  );
}

function Done({ verification }: { readonly verification: Verification }) {
  const { ok, checks } = verification;
  const bad = checks.filter((check) => !check.ok).length;
  return (
    <div className="grid gap-4" data-ok={ok}>
      <p
        className={cn(
          "flex items-center gap-3 rounded-2xl px-4 py-3.5 font-semibold [&_svg]:size-6 [&_svg]:shrink-0",
          ok ? "bg-ok-text/12 text-ok-text" : "bg-danger-wash text-danger-text",
        )}
      >
        {ok ? <ShieldCheck aria-hidden /> : <ShieldAlert aria-hidden />}
        {ok ? titleOf(verification) : faultOf(bad, checks.length)}
      </p>
      <ul aria-label="Checks" className="grid gap-3">
        {checks.map((check) => (
          <CheckRow key={check.name} check={check} />
        ))}
      </ul>
    </div>
  );
}

function faultOf(bad: number, all: number): string {
  return all === 1 ? "This does not hold." : `This does not hold: ${bad} of ${all} checks failed.`;
}

function titleOf({ checks, record }: Verification): string {
  return record === null
    ? "Your proof holds in itself. Add the lottery's record to compare its root."
    : `The draw holds: all ${checks.length} checks passed.`;
}

function CheckRow({ check }: { readonly check: NamedCheck }) {
  return (
    <li className="flex items-start gap-3" data-check={check.name} data-ok={check.ok}>
      <span
        className={cn(
          "mt-0.5 grid size-5 shrink-0 place-items-center rounded-full [&_svg]:size-3",
          check.ok ? "bg-ok-text/15 text-ok-text" : "bg-danger-wash text-danger-text",
        )}
      >
        {check.ok ? <Check aria-hidden /> : <X aria-hidden />}
        <span className="sr-only">{check.ok ? "Passed:" : "Failed:"}</span>
      </span>
      <p className="min-w-0 text-sm wrap-anywhere">
        <b className="font-semibold">{check.title}.</b>{" "}
        <span className={check.ok ? "text-soft" : "text-danger-text"}>{check.sentence}</span>
      </p>
    </li>
  );
}
