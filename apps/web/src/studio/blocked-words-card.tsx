import { blockedWordsMax } from "@barrage/domain";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { useTRPC } from "../lib/trpc.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Field, Textarea } from "../ui/field.tsx";
import { useModerateOptions } from "./use-moderate.ts";

/** Words that no message here may hold. */
export function BlockedWordsCard({
  roomId,
  words,
}: {
  readonly roomId: string;
  readonly words: readonly string[];
}) {
  const trpc = useTRPC();
  const options = useModerateOptions(roomId);
  const setBlockedWords = useMutation(trpc.rooms.setBlockedWords.mutationOptions(options));
  const [text, setText] = useState(words.join("\n"));
  const lines = [...new Set(text.split("\n").map((line) => line.trim()))].filter((line) => line !== "");
  const tooMany = lines.length > blockedWordsMax;
  const save = () =>
    setBlockedWords.mutate({ id: roomId, words: lines }, { onSuccess: () => toast.success("Saved.") });
  return (
    <Card title="Blocked words" text="A message with one of them is refused.">
      <Field
        label="One a line"
        hint={`${lines.length} of at most ${blockedWordsMax}`}
        error={tooMany ? `These are ${lines.length}; at most ${blockedWordsMax} are possible.` : undefined}
      >
        {(control) => (
          <Textarea
            {...control}
            className="min-h-32"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Button className="mt-3" disabled={tooMany} busy={setBlockedWords.isPending} onClick={save}>
        Save words
      </Button>
    </Card>
  );
}
