import { FileSearch } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { useServices } from "../lib/services.tsx";
import { useTitle } from "../lib/use-title.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { HowItWorks } from "./how-it-works.tsx";
import { RecordSummary } from "./record-summary.tsx";
import { useVerification } from "./use-verification.ts";
import { VerificationReport } from "./verification-report.tsx";
import { unreadable, verifyFiles } from "./verify-files.ts";

/** A record of a million entries has some 25 MB. */
const fileBytesMax = 200_000_000;

/** `/verify`: checks files of a draw in the browser, without asking any server. */
export function VerifyPage() {
  useTitle("Check a draw");
  const { settings } = useServices();
  const { state, run } = useVerification();
  const [names, setNames] = useState<readonly string[]>([]);
  const take = (files: readonly File[]) => {
    if (files.length === 0) return;
    setNames(files.map(({ name }) => name));
    void run(async (tools) => {
      if (files.some(({ size }) => size > fileBytesMax)) return unreadable("This is too large for a record.");
      const texts = await Promise.all(files.map((file) => file.text()));
      return verifyFiles(texts, settings.seenLotteries.get(), tools);
    });
  };
  return (
    <main id="main" className="mx-auto grid max-w-2xl grid-cols-[minmax(0,1fr)] gap-5 px-4 pt-8 pb-20">
      <div>
        <h1 className="text-2xl font-bold">Check a draw</h1>
        <p className="mt-1 text-sm text-soft">
          Everything is computed in this browser from the file alone. Nothing is uploaded; it works without a
          network, too.
        </p>
      </div>
      <FilePicker onFiles={take} />
      {state.phase !== "idle" && (
        <Card title={names.join(", ")}>
          <VerificationReport state={state} />
          {state.phase === "done" && state.verification.record !== null && (
            <RecordSummary verification={state.verification} record={state.verification.record} />
          )}
        </Card>
      )}
      <HowItWorks />
    </main>
  );
}

function FilePicker({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    // Dropping is an extra for the mouse: the button does the same for everybody.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      className={cn(
        "grid justify-items-center gap-3 rounded-3xl border border-dashed border-line bg-surface px-6 py-10 text-center transition",
        over && "border-accent bg-accent-wash",
      )}
    >
      <FileSearch aria-hidden className="size-8 text-accent-text" />
      <p className="max-w-sm text-sm text-soft">
        Choose a lottery's record, and your own proof with it if you have one. Both are on the lottery's page.
      </p>
      <Button variant="primary" onClick={() => input.current?.click()}>
        Choose files
      </Button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        multiple
        aria-label="Record and proof"
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file can be chosen again, say after it was changed.
          event.target.value = "";
        }}
      />
    </div>
  );
}
