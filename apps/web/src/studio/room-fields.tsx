import type { Visibility } from "@barrage/protocol";
import { Globe, Link2, Lock } from "lucide-react";
import { Field, Input, Textarea } from "../ui/field.tsx";
import { Segmented } from "../ui/segmented.tsx";
import type { RoomDraft } from "./room-draft.ts";

const visibilities = [
  {
    value: "public",
    text: (
      <>
        <Globe /> Public
      </>
    ),
  },
  {
    value: "unlisted",
    text: (
      <>
        <Link2 /> Unlisted
      </>
    ),
  },
  {
    value: "private",
    text: (
      <>
        <Lock /> Private
      </>
    ),
  },
] as const;

const meanings: Record<Visibility, string> = {
  public: "Everybody can find and watch it.",
  unlisted: "Whoever has the link can watch; it is not on the home page.",
  private: "Only with the password.",
};

interface RoomFieldsProps {
  readonly draft: RoomDraft;
  readonly faults: Partial<Record<keyof RoomDraft, string>>;
  /** Whether the room has a password that stays unless another is given. */
  readonly passwordKept: boolean;
  readonly onChange: (draft: RoomDraft) => void;
}

/** What a host fills in about a room; for a new one and for changes alike. */
export function RoomFields({ draft, faults, passwordKept, onChange }: RoomFieldsProps) {
  const change = (part: Partial<RoomDraft>) => onChange({ ...draft, ...part });
  return (
    <>
      <Field label="Title" error={faults.title}>
        {(control) => (
          <Input
            {...control}
            autoComplete="off"
            maxLength={160}
            placeholder="Late-night lo-fi"
            value={draft.title}
            onChange={(event) => change({ title: event.target.value })}
          />
        )}
      </Field>
      <Field label="Description" hint="Optional, up to 500 characters" error={faults.description}>
        {(control) => (
          <Textarea
            {...control}
            maxLength={1000}
            value={draft.description}
            onChange={(event) => change({ description: event.target.value })}
          />
        )}
      </Field>
      <div className="grid gap-1.5">
        <span className="text-sm font-medium">Who may watch</span>
        <Segmented
          label="Who may watch"
          value={draft.visibility}
          options={visibilities}
          onValueChange={(visibility) => change({ visibility })}
          className="flex"
        />
        <p className="text-[13px] text-faint">{meanings[draft.visibility]}</p>
      </div>
      {draft.visibility === "private" && (
        <Field
          label="Password"
          hint={
            passwordKept
              ? "Leave empty to keep the present one"
              : "4 to 64 characters; share it with those you invite"
          }
          error={faults.password}
        >
          {(control) => (
            <Input
              {...control}
              type="text"
              autoComplete="off"
              spellCheck={false}
              maxLength={64}
              value={draft.password}
              onChange={(event) => change({ password: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}
