import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { useTRPC } from "../lib/trpc.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SettingField } from "./setting-field.tsx";
import { SettingHistory } from "./setting-history.tsx";
import { fieldText, refusalText, typedValue, valueText } from "./setting-value.ts";
import type { SettingView } from "./settings-tab.tsx";

interface SettingDialogProps {
  readonly setting: SettingView;
  readonly onClose: () => void;
}

/** Changes one setting, and shows what it was. Two administrators at once: the second is told, and nothing is lost. */
export function SettingDialog({ setting, onClose }: SettingDialogProps) {
  const { key, description, schema, change } = setting;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [text, setText] = useState(fieldText(newestValue(setting)));
  const [fault, setFault] = useState<string | undefined>(undefined);
  const newestRevision = change?.revision ?? 0;
  // What the person has seen, which the list, read again and again, must not move on behind their back.
  const [seenRevision, setSeenRevision] = useState(newestRevision);
  const refresh = () => void queries.invalidateQueries({ queryKey: trpc.ops.config.pathKey() });
  const outcome = {
    onSuccess: () => {
      toast.success(`${key} is changed`);
      refresh();
      onClose();
    },
    onError: (error: unknown) => {
      setFault(refusalText(error, key));
      refresh();
    },
  };
  const set = useMutation(trpc.ops.config.set.mutationOptions(outcome));
  const rollback = useMutation(trpc.ops.config.rollback.mutationOptions(outcome));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    try {
      set.mutate({ key, value: typedValue(text, schema), expectedRevision: seenRevision });
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  const goOn = () => {
    setSeenRevision(newestRevision);
    setFault(undefined);
  };
  return (
    <Dialog open onOpenChange={onClose} title={key} description={description} className="sm:max-w-lg">
      {newestRevision !== seenRevision && <Overtaken setting={setting} onGoOn={goOn} />}
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <SettingField setting={setting} text={text} error={fault} onTextChange={setText} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button
            variant="ghost"
            disabled={change === null || change.value === null || set.isPending}
            onClick={() => set.mutate({ key, value: null, expectedRevision: seenRevision })}
          >
            Reset to default
          </Button>
          <Button type="submit" variant="primary" busy={set.isPending}>
            Save
          </Button>
        </div>
      </form>
      <SettingHistory
        settingKey={key}
        newestRevision={newestRevision}
        isBusy={rollback.isPending}
        onRollback={(toRevision) => rollback.mutate({ key, toRevision, expectedRevision: seenRevision })}
      />
    </Dialog>
  );
}

/** What was set last, which holds a moment later; what holds, when nothing good is set. */
function newestValue({ change, value }: SettingView): unknown {
  return change === null || change.value === null || change.fault !== null ? value : change.value;
}

/** Said when somebody else was faster; what was typed stays. */
function Overtaken({ setting, onGoOn }: { readonly setting: SettingView; readonly onGoOn: () => void }) {
  const { change } = setting;
  const now = change === null || change.value === null ? "the default" : valueText(change.value);
  return (
    <div role="alert" className="grid gap-2 rounded-xl border border-line bg-raised p-3.5 text-sm">
      <p>
        {change?.by?.name ?? "Somebody"} changed this meanwhile, to{" "}
        <span className="font-medium wrap-anywhere">{now}</span>. Nothing of yours is saved yet.
      </p>
      <Button size="sm" className="justify-self-start" onClick={onGoOn}>
        Go on from there
      </Button>
    </div>
  );
}
