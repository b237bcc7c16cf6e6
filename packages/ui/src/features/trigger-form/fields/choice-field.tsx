import { MultiSelect, Select } from "@mantine/core";
import type { JsonValue } from "@windlass/contract/browser";
import type { FieldProps } from "../param-field.tsx";
import { emptyWord, labelsOf } from "./labels.tsx";

/** One of the schema's values, or several of them. Values of any type: they are told apart by their JSON. */
export function ChoiceField(props: FieldProps) {
  const { param, value, onChange } = props;
  const { choices } = param;
  const data = choices.map((choice) => ({ value: JSON.stringify(choice.value), label: choice.label }));
  if (param.kind === "enums") {
    const chosen = Array.isArray(value) ? (value as readonly JsonValue[]).map((each) => JSON.stringify(each)) : [];
    return (
      <MultiSelect
        {...labelsOf(props)}
        data={data}
        value={chosen}
        searchable
        clearable
        onChange={(next) => onChange(next.map((each) => JSON.parse(each) as JsonValue))}
      />
    );
  }
  return (
    <Select
      {...labelsOf(props)}
      data={data}
      placeholder={emptyWord(props) || "choose"}
      value={value === undefined ? null : JSON.stringify(value)}
      searchable={choices.length > 8}
      allowDeselect={param.required}
      onChange={(next) => onChange(next === null ? undefined : (JSON.parse(next) as JsonValue))}
    />
  );
}
