import { useMutation } from "@tanstack/react-query";
import { Download, ShieldCheck } from "lucide-react";
import { Link } from "react-router";
import { toast } from "sonner";
import { describeError } from "../lib/describe-error.ts";
import { useServices } from "../lib/services.tsx";
import { useTRPCClient } from "../lib/trpc.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { downloadJson } from "./download-json.ts";
import { type LotteryView, lotteryInput } from "./lottery-view.ts";
import { useVerification } from "./use-verification.ts";
import { VerificationReport } from "./verification-report.tsx";
import { verifyData } from "./verify-files.ts";

interface CheckDrawCardProps {
  readonly view: LotteryView;
  readonly meId: string | null;
  /** Of a private room, unless the viewer is let in without. */
  readonly password: string | undefined;
}

/** What was sealed, and once it is drawn the way to check it: here, or from files anywhere else. */
export function CheckDrawCard({ view, meId, password }: CheckDrawCardProps) {
  const client = useTRPCClient();
  const { settings } = useServices();
  const { state, run } = useVerification();
  const input = lotteryInput(view.id, password);
  const drawn = view.state === "drawn";
  const frozen = drawn || view.state === "closed" || view.state === "delayed";
  const mine = frozen && meId !== null && view.me?.entered === true;
  const check = () =>
    run(async (tools) => {
      const [record, proof] = await Promise.all([
        client.lottery.record.query(input),
        mine ? client.lottery.proof.query({ id: view.id }) : undefined,
      ]);
      const published = { commit: view.commit, root: view.root };
      return verifyData({ record, proof, published, seen: settings.seenLotteries.get() }, tools);
    });
  return (
    <Card
      title="Check the draw"
      text={
        drawn
          ? "Your browser repeats the whole draw and compares every step."
          : "The record to check it with is there once the winners are drawn."
      }
    >
      <div className="grid gap-4">
        <dl className="grid gap-2 text-xs">
          <Hash name="Sealed seed" value={view.commit} />
          {view.root !== null && <Hash name="Merkle root" value={view.root} />}
        </dl>
        {frozen && (
          <div className="flex flex-wrap gap-2">
            {drawn && (
              <Button variant="primary" busy={state.phase === "working"} onClick={() => void check()}>
                <ShieldCheck /> Check now
              </Button>
            )}
            {drawn && (
              <DownloadButton
                text="Record"
                name={`lottery-${view.id}.json`}
                load={() => client.lottery.record.query(input)}
              />
            )}
            {mine && (
              <DownloadButton
                text="My proof"
                name={`lottery-${view.id}-proof.json`}
                load={() => client.lottery.proof.query({ id: view.id })}
              />
            )}
          </div>
        )}
        <VerificationReport state={state} />
        {drawn && (
          <p className="text-[13px] text-faint">
            Don't trust this page? Take the files to{" "}
            <Link to="/verify" className="rounded font-medium text-accent-text hover:underline">
              the page that checks files
            </Link>{" "}
            on any Barrage server, or run <code className="font-mono">bun run lottery:verify FILE</code>.
          </p>
        )}
      </div>
    </Card>
  );
}

function Hash({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt className="text-faint">{name}</dt>
      <dd className="font-mono break-all text-soft">{value}</dd>
    </div>
  );
}

interface DownloadButtonProps {
  readonly text: string;
  readonly name: string;
  readonly load: () => Promise<unknown>;
}

function DownloadButton({ text, name, load }: DownloadButtonProps) {
  const download = useMutation({
    mutationFn: load,
    onSuccess: (value) => downloadJson(name, value),
    onError: (error) => toast.error(describeError(error).text),
  });
  return (
    <Button busy={download.isPending} onClick={() => download.mutate()}>
      <Download /> {text}
    </Button>
  );
}
