import { Autocomplete, Textarea, TextInput } from "@mantine/core";
import type { FieldProps } from "../param-field.tsx";
import { emptyWord, labelsOf, NullButton } from "./labels.tsx";

/** A text; emptied where there was no default, it is not sent at all. */
export function TextField(props: FieldProps) {
  const { param, value, onChange } = props;
  const shown = typeof value === "string" ? value : "";
  const change = (text: string): void => onChange(text === "" && param.required ? undefined : text);
  const common = { ...labelsOf(props), placeholder: emptyWord(props), value: shown };
  if (param.kind === "multiline")
    return (
      <Textarea {...common} autosize minRows={3} maxRows={14} onChange={(event) => change(event.currentTarget.value)} />
    );
  if (param.choices.length > 0)
    return <Autocomplete {...common} size="xs" data={param.choices.map(({ label }) => label)} onChange={change} />;
  return (
    <TextInput
      {...common}
      rightSection={<NullButton {...props} />}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
