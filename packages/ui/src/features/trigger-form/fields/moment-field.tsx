import { TextInput } from "@mantine/core";
import type { FieldProps } from "../param-field.tsx";
import { labelsOf, NullButton } from "./labels.tsx";

const HINTS = { date: "2026-01-31", time: "13:30:00", "date-time": "2026-01-31T13:30:00+00:00" } as const;

/**
 * A date, a time or both. Date and time of day use the browser's own pickers; a date-time is text with its zone, because a picker has none
 * and would send another moment than it shows.
 */
export function MomentField(props: FieldProps) {
  const { param, value, onChange } = props;
  const shown = typeof value === "string" ? value : "";
  const kind = param.kind === "date" || param.kind === "time" ? param.kind : "date-time";
  const picks = kind === "date" && (shown === "" || /^\d{4}-\d\d-\d\d$/.test(shown));
  return (
    <TextInput
      {...labelsOf(props)}
      type={picks ? "date" : "text"}
      placeholder={value === null ? "null" : HINTS[kind]}
      rightSection={<NullButton {...props} />}
      autoComplete="off"
      value={shown}
      onChange={(event) => {
        const text = event.currentTarget.value;
        onChange(text !== "" ? text : param.nullable ? null : param.required ? undefined : "");
      }}
    />
  );
}
