import { TagsInput } from "@mantine/core";
import type { JsonValue } from "@windlass/contract/browser";
import type { FieldProps } from "../param-field.tsx";
import { emptyWord, labelsOf } from "./labels.tsx";

/** A list of texts. */
export function StringsField(props: FieldProps) {
  const { param, value, onChange } = props;
  const items = Array.isArray(value)
    ? (value as readonly JsonValue[]).map((each) => (typeof each === "string" ? each : JSON.stringify(each)))
    : [];
  return (
    <TagsInput
      {...labelsOf(props)}
      placeholder={items.length === 0 ? emptyWord(props) || "type, then Enter" : "type, then Enter"}
      value={items}
      allowDuplicates={param.schema.uniqueItems !== true}
      acceptValueOnBlur
      splitChars={[]}
      onChange={(next) =>
        onChange(next.length === 0 && param.required ? undefined : next.length === 0 && param.nullable ? null : next)
      }
    />
  );
}
