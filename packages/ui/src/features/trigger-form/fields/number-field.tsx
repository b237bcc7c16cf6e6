import { TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { FieldProps } from "../param-field.tsx";
import { emptyWord, labelsOf, NullButton } from "./labels.tsx";

/** A number, typed as text: what is shown is what is sent, also 0.10 or 1e9. */
export function NumberField(props: FieldProps) {
  const { param, value, onChange, onDraft } = props;
  const written = typeof value === "number" ? String(value) : "";
  const [text, setText] = useState(written);
  useEffect(() => {
    // A value from outside (the JSON view, a reset) replaces the text; one's own typing does not.
    setText((now) =>
      now.trim() !== "" && Number(now) === value
        ? now
        : typeof value === "number"
          ? String(value)
          : value === undefined || value === null
            ? ""
            : now,
    );
  }, [value]);

  const change = (next: string): void => {
    setText(next);
    const trimmed = next.trim();
    const number = Number(trimmed);
    if (trimmed === "") {
      onDraft(undefined);
      onChange(param.nullable ? null : undefined);
    } else if (Number.isFinite(number) && /^[-+\d.eE]+$/.test(trimmed)) {
      onDraft(undefined);
      onChange(number);
    } else {
      onDraft(param.kind === "integer" ? "Must be a whole number" : "Must be a number");
    }
  };
  return (
    <TextInput
      {...labelsOf(props)}
      inputMode={param.kind === "integer" ? "numeric" : "decimal"}
      placeholder={emptyWord(props)}
      rightSection={<NullButton {...props} />}
      autoComplete="off"
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
