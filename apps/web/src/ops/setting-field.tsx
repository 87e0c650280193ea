import { Field, Input, Textarea } from "../ui/field.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { boundsText, valueText } from "./setting-value.ts";
import type { SettingView } from "./settings-tab.tsx";

interface SettingFieldProps {
  readonly setting: SettingView;
  readonly text: string;
  readonly error: string | undefined;
  readonly onTextChange: (text: string) => void;
}

/** Where a value is typed, or chosen for what is on or off. */
export function SettingField({ setting, text, error, onTextChange }: SettingFieldProps) {
  const { unit, env, schema, default: usual } = setting;
  const { type } = schema;
  const isList = type === "array";
  const hints = [
    isList ? "One on each line." : "",
    boundsText(schema),
    `Default: ${valueText(usual)}${env === null ? "" : `, or what ${env} says`}.`,
  ].filter((hint) => hint !== "");
  const common = { className: "font-mono", value: text, spellCheck: false, autoComplete: "off" };
  return (
    <Field label={unit === null ? "Value" : `Value, in ${unit}`} hint={hints.join(" ")} error={error}>
      {(control) => {
        if (type === "boolean") {
          return (
            <Segmented
              label="Value"
              className="justify-self-start"
              value={text}
              options={[
                { value: "true", text: "On" },
                { value: "false", text: "Off" },
              ]}
              onValueChange={onTextChange}
            />
          );
        }
        if (isList) {
          return (
            <Textarea
              {...control}
              {...common}
              rows={6}
              onChange={({ target }) => onTextChange(target.value)}
            />
          );
        }
        return (
          <Input
            {...control}
            {...common}
            inputMode="decimal"
            onChange={({ target }) => onTextChange(target.value)}
          />
        );
      }}
    </Field>
  );
}
